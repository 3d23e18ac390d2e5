package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.LocalStackException;
import io.tenantry.localstack.LocalStackOptions;
import io.tenantry.localstack.PostgresServer;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Starts PostgreSQL, Kafka and the three services, provisions a first tenant, shows what came of
 * it, and stays until it is ended or a service ends. Everything it started ends with it.
 */
public final class Up {
  private static final int FAILURE = 1;
  private static final AtomicBoolean SIGNALLED = new AtomicBoolean();

  /** How its user can end it. */
  enum Stay {
    FOREGROUND("Ctrl-C ends all of it."),
    DETACHED("It goes on in the background; deploy/local/down ends all of it.");

    private final String words;

    Stay(String words) {
      this.words = words;
    }
  }

  private final Directories directories;
  private final Ports ports;
  private final Stay stay;
  private final Progress progress;
  private final Services services;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private Up(
      Directories directories,
      ServiceProgram.Kind kind,
      Ports ports,
      Stay stay,
      Progress progress) {
    this.directories = directories;
    this.ports = ports;
    this.stay = stay;
    this.progress = progress;
    this.services = new Services(directories, kind, progress);
  }

  /**
   * Runs until a signal ends it; ends with status 1 when something cannot be started or a service
   * ends.
   *
   * @param arguments the {@link Directories}, a {@link ServiceProgram.Kind}, a {@link Stay}, and a
   *     {@link Progress.Output}. Ports come by the environment, see {@link Ports}
   */
  public static void main(String[] arguments) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> SIGNALLED.set(true), "signalled"));
    Progress progress = new Progress(System.out, Progress.Output.valueOf(arguments[4]));
    try {
      Directories directories =
          new Directories(
              Path.of(arguments[0]).toAbsolutePath(), Path.of(arguments[1]).toAbsolutePath());
      ServiceProgram.Kind kind = ServiceProgram.Kind.valueOf(arguments[2]);
      Stay stay = Stay.valueOf(arguments[3]);
      new Up(directories, kind, Ports.from(System.getenv()), stay, progress).run();
    } catch (LocalStackException e) {
      progress.interrupt();
      // After a signal it is only the consequence of ending.
      if (!SIGNALLED.get()) {
        System.err.println("error: " + e.getMessage());
      }
    }
    // While a signal is ending the JVM this waits for the end, whose status is the signal's.
    System.exit(FAILURE);
  }

  private void run() {
    ports.requireFree();
    try (LocalStack stack = startStack()) {
      stack.beforeClose(this::end);
      services.start(ports, serviceEnvironment(stack), client);
      FirstTenant first =
          new FirstTenant(new Api(client, stack.variable("TENANTRY_ADMIN_KEY")), services::url);
      new FirstLook(stack.postgres(), stack.kafka().bootstrapServers(), first, progress).show();
      EnvironmentFile.write(directories.environmentFile(), clientEnvironment(stack));
      sayHowToGoOn();
      String reason = services.awaitFirstFailure();
      throw new LocalStackException(reason);
    }
  }

  private LocalStack startStack() {
    progress.starting("PostgreSQL and Kafka");
    return LocalStack.start(
        LocalStackOptions.keptIn(directories.local()).withPorts(ports.postgres(), ports.kafka()),
        progress::done);
  }

  private void end() {
    EnvironmentFile.delete(directories.environmentFile());
    progress.interrupt();
    services.stop();
    progress.say("  the services have ended, Kafka and PostgreSQL follow");
  }

  private Map<String, String> serviceEnvironment(LocalStack stack) {
    Map<String, String> environment = new TreeMap<>(stack.environment());
    environment.put("TENANT_BACKUP_PATH", directories.backups().toString());
    return environment;
  }

  private Map<String, String> clientEnvironment(LocalStack stack) {
    PostgresServer postgres = stack.postgres();
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("TENANT_URL", services.url(ServiceName.TENANT).toString());
    environment.put("INGESTION_URL", services.url(ServiceName.INGESTION).toString());
    environment.put("BACKUP_URL", services.url(ServiceName.BACKUP).toString());
    environment.put("TENANTRY_ADMIN_KEY", stack.variable("TENANTRY_ADMIN_KEY"));
    environment.put(
        "CONTROL_DATABASE_URL",
        "postgresql://%s:%s@%s:%d/%s"
            .formatted(
                PostgresServer.SUPERUSER,
                postgres.superuserPassword(),
                postgres.host(),
                postgres.port(),
                stack.variable("CONTROL_DATABASE_NAME")));
    environment.put("KAFKA_BOOTSTRAP_SERVERS", stack.kafka().bootstrapServers());
    return environment;
  }

  private void sayHowToGoOn() {
    progress.say(
        """
        Go on in another terminal, from the folder of the checkout:

          . target/local/env
          cli/target/tenantctl status
          cli/target/tenantctl tenants create globex --environment production
          curl -s "$TENANT_URL/api/v1/tenants" -H "Authorization: Bearer $TENANTRY_ADMIN_KEY"
          psql "$CONTROL_DATABASE_URL" -c 'SELECT tenant_id, name, status FROM control_plane.tenants'

        Logs are in target/local: logs/*.log, postgresql.log, kafka.log. Ready after %s. %s\
        """
            .formatted(progress.total(), stay.words));
  }
}
