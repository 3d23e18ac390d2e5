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
 * The first look at services that run already, as with Compose: provisions a first tenant, shows
 * what came of it, and stays until it is ended.
 */
public final class LookAtContainers {
  private static final Duration READY_LIMIT = Duration.ofMinutes(3);

  private final Map<String, String> environment;
  private final Progress progress;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private LookAtContainers(Map<String, String> environment, Progress progress) {
    this.environment = environment;
    this.progress = progress;
  }

  /** The server of the environment. */
  private record Server(String host, int port, String superuserPassword)
      implements PostgresAddress {}

  /**
   * Ends with status 1 when any of it fails. Once all is shown it does nothing more but stay: who
   * waits for containers, as Compose does, takes one that has ended for one that failed.
   *
   * @param arguments the file that is made once all is shown, for a health check. Addresses and
   *     secrets come by the environment
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path shown = Path.of(arguments[0]);
    try {
      new LookAtContainers(System.getenv(), new Progress(System.out, Progress.Output.PLAIN)).run();
    } catch (LocalStackException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(1);
    }
    Files.write(shown, new byte[0]);
    new CountDownLatch(1).await();
  }

  private void run() {
    for (ServiceName service : ServiceName.values()) {
      URI url = url(service);
      String address =
          Pauses.until(
              service.module() + " (" + url + "), ready for requests,",
              READY_LIMIT,
              () -> Readiness.of(url, client) ? Optional.of(url.toString()) : Optional.empty());
      progress.done(service.module(), address, progress.elapsed());
    }
    Server postgres = new Server(value("POSTGRES_HOST"), 5432, value("POSTGRES_PASSWORD"));
    FirstTenant first = new FirstTenant(new Api(client, value("TENANTRY_ADMIN_KEY")), this::url);
    new FirstLook(postgres, value("KAFKA_BOOTSTRAP_SERVERS"), first, progress).show();
    progress.say("All of it is shown after %s.".formatted(progress.total()));
  }

  private URI url(ServiceName service) {
    return URI.create(value(service.name() + "_URL"));
  }

  private String value(String name) {
    String value = environment.get(name);
    if (value == null) {
      throw new LocalStackException("the environment has no " + name);
    }
    return value;
  }
}
