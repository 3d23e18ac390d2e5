package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import io.tenantry.localstack.PostgresAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Runs the {@link Walkthrough} with services that are already running, for example with Compose,
 * and then waits until it is stopped.
 */
public final class ContainerWalkthrough {
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(3);

  private final Map<String, String> environment;
  private final Progress progress;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private ContainerWalkthrough(Map<String, String> environment, Progress progress) {
    this.environment = environment;
    this.progress = progress;
  }

  /** The PostgreSQL server from the environment. */
  private record Server(String host, int port, String superuserPassword)
      implements PostgresAddress {}

  /**
   * Exits with status 1 if a step fails. After the walkthrough it keeps running, because Compose
   * treats a container that exits as failed.
   *
   * @param arguments the file to create after the walkthrough, for a health check. Addresses and
   *     secrets are read from the environment
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path completed = Path.of(arguments[0]);
    try {
      new ContainerWalkthrough(System.getenv(), new Progress(System.out, Progress.Output.PLAIN))
          .run();
    } catch (LocalStackException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(1);
    }
    Files.write(completed, new byte[0]);
    new CountDownLatch(1).await();
  }

  private void run() {
    for (ServiceName service : ServiceName.SERVICES) {
      URI url = url(service);
      String address =
          Polling.await(
              service.module() + " (" + url + "), ready for requests,",
              READY_TIMEOUT,
              () -> Readiness.of(url, client) ? Optional.of(url.toString()) : Optional.empty());
      progress.printDone(service.module(), address, progress.elapsed());
    }
    Server postgres = new Server(value("POSTGRES_HOST"), 5432, value("POSTGRES_PASSWORD"));
    FirstTenant first = new FirstTenant(new Api(client, value("TENANTRY_ADMIN_KEY")), this::url);
    new Walkthrough(postgres, value("KAFKA_BOOTSTRAP_SERVERS"), first, progress).show();
    progress.print("Completed after %s.".formatted(progress.total()));
  }

  private URI url(ServiceName service) {
    return URI.create(value(service.name() + "_URL"));
  }

  private String value(String name) {
    String value = environment.get(name);
    if (value == null) {
      throw new LocalStackException("the environment variable " + name + " is not set");
    }
    return value;
  }
}
