package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.LocalStackException;
import io.tenantry.localstack.LocalStackOptions;
import io.tenantry.localstack.PortChoice;
import io.tenantry.localstack.PostgresServer;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Starts PostgreSQL, Kafka and the services, if asked to with a Kubernetes API server and the
 * operator, runs the {@link Walkthrough}, and keeps running until it is stopped or a service exits.
 * Then it stops everything that it started.
 */
public final class Up {
  private static final int FAILURE = 1;
  private static final AtomicBoolean SIGNALLED = new AtomicBoolean();

  /** How its user stops it. */
  enum RunMode {
    FOREGROUND("Press Ctrl-C to stop it."),
    DETACHED("It runs in the background; stop it with deploy/local/down.");

    private final String hint;

    RunMode(String hint) {
      this.hint = hint;
    }
  }

  private final Directories directories;
  private final Ports ports;
  private final RunMode mode;
  private final Progress progress;
  private final Services services;
  private final Optional<Kubernetes> kubernetes;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private Up(
      Directories directories,
      ServiceProgram.Kind kind,
      Ports ports,
      RunMode mode,
      Progress progress,
      Optional<Kubernetes> kubernetes) {
    this.directories = directories;
    this.ports = ports;
    this.mode = mode;
    this.progress = progress;
    this.services = new Services(directories, kind, progress);
    this.kubernetes = kubernetes;
  }

  /**
   * Runs until it receives a signal; exits with status 1 if something cannot be started or a
   * service exits.
   *
   * @param arguments the {@link Directories}, a {@link ServiceProgram.Kind}, a {@link RunMode}, and
   *     a {@link Progress.Output}, and, for the operator, the checkout and what {@link
   *     Kubernetes#of} takes. Ports are read from the environment, see {@link Ports}
   */
  public static void main(String[] arguments) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> SIGNALLED.set(true), "signalled"));
    Progress progress = new Progress(System.out, Progress.Output.valueOf(arguments[4]));
    try {
      Directories directories =
          new Directories(
              Path.of(arguments[0]).toAbsolutePath(), Path.of(arguments[1]).toAbsolutePath());
      ServiceProgram.Kind kind = ServiceProgram.Kind.valueOf(arguments[2]);
      RunMode mode = RunMode.valueOf(arguments[3]);
      Optional<Kubernetes> kubernetes =
          arguments.length > 5
              ? Optional.of(
                  Kubernetes.of(Path.of(arguments[5]), Path.of(arguments[6]), directories))
              : Optional.empty();
      new Up(directories, kind, Ports.from(System.getenv()), mode, progress, kubernetes).run();
    } catch (LocalStackException e) {
      progress.interrupt();
      // After a signal, it is only a consequence of stopping.
      if (!SIGNALLED.get()) {
        System.err.println("error: " + e.getMessage());
      }
    }
    // If a signal is stopping the JVM, this call blocks until it exits with the signal's status.
    System.exit(FAILURE);
  }

  private void run() {
    List<ServiceName> names = new ArrayList<>(ServiceName.SERVICES);
    names.add(ServiceName.CONSOLE);
    kubernetes.ifPresent(used -> names.add(ServiceName.OPERATOR));
    ports.requireFree(names);
    try (LocalStack stack = startStack()) {
      stack.beforeClose(this::stop);
      Map<ServiceName, Map<String, String>> environments = new EnumMap<>(ServiceName.class);
      Map<String, String> environment = serviceEnvironment(stack);
      ServiceName.SERVICES.forEach(name -> environments.put(name, environment));
      environments.put(ServiceName.CONSOLE, consoleEnvironment(stack));
      kubernetes.ifPresent(
          used -> {
            progress.step("Kubernetes", () -> new Progress.Done<>(used, used.start()));
            environments.put(ServiceName.OPERATOR, operatorEnvironment(used, environment));
          });
      services.start(ports, environments, client);
      FirstTenant first =
          new FirstTenant(new Api(client, stack.variable("TENANTRY_ADMIN_KEY")), services::url);
      new Walkthrough(stack.postgres(), stack.kafka().bootstrapServers(), first, progress).show();
      EnvironmentFile.write(directories.environmentFile(), clientEnvironment(stack));
      printNextSteps();
      String reason = services.awaitFirstFailure();
      throw new LocalStackException(reason);
    }
  }

  private LocalStack startStack() {
    progress.showStarting("PostgreSQL and Kafka");
    return LocalStack.start(
        LocalStackOptions.persistentIn(directories.local())
            .withPorts(ports.postgres(), ports.kafka()),
        progress::printDone);
  }

  private void stop() {
    EnvironmentFile.delete(directories.environmentFile());
    progress.interrupt();
    services.stop();
    kubernetes.ifPresent(Kubernetes::stop);
    progress.print("  services stopped; stopping Kafka and PostgreSQL");
  }

  private Map<String, String> serviceEnvironment(LocalStack stack) {
    Map<String, String> environment = new TreeMap<>(stack.environment());
    environment.put("TENANT_BACKUP_PATH", directories.backups().toString());
    environment.putAll(RoleKeys.of(stack.variable("TENANTRY_ADMIN_KEY")));
    return environment;
  }

  /** The console has none of the services' secrets. Its sessions end when it is stopped. */
  private Map<String, String> consoleEnvironment(LocalStack stack) {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return Map.of(
        "KAFKA_BOOTSTRAP_SERVERS",
        stack.kafka().bootstrapServers(),
        "CONSOLE_SESSION_KEY",
        Base64.getEncoder().encodeToString(key),
        "TENANT_URL",
        url(ports.tenant()),
        "INGESTION_URL",
        url(ports.ingestion()),
        "BACKUP_URL",
        url(ports.backup()));
  }

  private Map<String, String> operatorEnvironment(
      Kubernetes used, Map<String, String> serviceEnvironment) {
    Map<String, String> environment = new TreeMap<>(serviceEnvironment);
    environment.put("KUBECONFIG", used.kubeconfig().toString());
    environment.put("KUBERNETES_NAMESPACE", Kubernetes.NAMESPACE);
    environment.put("TENANT_URL", url(ports.tenant()));
    environment.put("BACKUP_URL", url(ports.backup()));
    return environment;
  }

  private static String url(PortChoice.Given port) {
    return "http://127.0.0.1:" + port.port();
  }

  private Map<String, String> clientEnvironment(LocalStack stack) {
    PostgresServer postgres = stack.postgres();
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("TENANTRY_CONSOLE_URL", services.url(ServiceName.CONSOLE).toString());
    environment.put("TENANT_URL", services.url(ServiceName.TENANT).toString());
    environment.put("INGESTION_URL", services.url(ServiceName.INGESTION).toString());
    environment.put("BACKUP_URL", services.url(ServiceName.BACKUP).toString());
    environment.put("TENANTRY_ADMIN_KEY", stack.variable("TENANTRY_ADMIN_KEY"));
    environment.putAll(RoleKeys.of(stack.variable("TENANTRY_ADMIN_KEY")));
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
    kubernetes.ifPresent(used -> environment.put("KUBECONFIG", used.kubeconfig().toString()));
    return environment;
  }

  private void printNextSteps() {
    progress.print(
        """
        The console is %s; log in with the key TENANTRY_ADMIN_KEY of target/local/env, or with
        TENANTRY_OPERATOR_KEY or TENANTRY_VIEWER_KEY, which may do less.

        Continue in another terminal, in the directory of the checkout:

          . target/local/env
          cli/target/tenantctl status
          cli/target/tenantctl tenants create globex --environment production
          curl -s "$TENANT_URL/api/v1/tenants" -H "Authorization: Bearer $TENANTRY_ADMIN_KEY"
          psql "$CONTROL_DATABASE_URL" -c 'SELECT tenant_id, name, status FROM control_plane.tenants'
        %s
        Logs are in target/local: logs/*.log, postgresql.log, kafka.log. Ready after %s. %s\
        """
            .formatted(
                services.url(ServiceName.CONSOLE),
                kubernetes
                    .map(
                        used ->
                            """
                              %1$s apply -f docs/examples/kubernetes/tenant.yaml
                              %1$s get tenants

                            KUBECONFIG is %2$s.
                            """
                                .formatted(used.kubectl(), used.kubeconfig()))
                    .orElse(""),
                progress.total(),
                mode.hint));
  }
}
