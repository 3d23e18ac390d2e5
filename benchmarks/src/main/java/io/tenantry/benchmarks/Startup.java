package io.tenantry.benchmarks;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.LocalStackOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Measures the time from the start of each service until it is ready, and its memory at that time:
 * on the JVM, with an AOT cache trained on live requests, and as a native executable if one was
 * built. The variants alternate on the same PostgreSQL and Kafka.
 */
final class Startup {

  private static final int ROUNDS = 5;
  private static final Duration TRAINING_TIMEOUT = Duration.ofMinutes(3);
  private static final Map<String, List<String>> REQUESTS =
      Map.of(
          "tenant-service", List.of("tenants", "jobs", "clusters", "blueprints", "audit"),
          "ingestion-service", List.of("topics", "instances", "groups", "dead-letters"),
          "backup-service", List.of("schedules", "backups", "restores", "drills", "jobs"));

  private final Path project;
  private final LocalStack stack;
  private final Path work;
  private final Results results = new Results("startup");

  private Startup(Path project, LocalStack stack) {
    this.project = project;
    this.stack = stack;
    this.work = project.resolve("benchmarks/target");
  }

  /** One start: the milliseconds until it was ready, and its memory in megabytes. */
  private record Start(double millis, long megabytes) {}

  public static void main(String[] arguments) throws Exception {
    Path project = Path.of(arguments[0]);
    LocalStackOptions options =
        LocalStackOptions.temporaryUnder(project.resolve("benchmarks/target/local-stack"))
            .withStatementLog(LocalStackOptions.StatementLog.OFF);
    try (LocalStack stack = LocalStack.start(options);
        PrintStream file =
            new PrintStream(
                Files.newOutputStream(project.resolve("benchmarks/target/startup.txt")),
                true,
                StandardCharsets.UTF_8)) {
      String head =
          "medians of %d alternating starts each%n%n| service | | ready after ms | ratio | MB | ratio |%n| --- | --- | --- | --- | --- | --- |"
              .formatted(ROUNDS);
      System.out.println(head);
      file.println(head);
      Startup startup = new Startup(project, stack);
      for (String module : List.of("tenant-service", "ingestion-service", "backup-service")) {
        for (String line : startup.measure(module)) {
          System.out.println(line);
          file.println(line);
        }
      }
      startup.results.write(project);
    }
  }

  private List<String> measure(String module) throws IOException, InterruptedException {
    Path cache = work.resolve(module + ".aot");
    train(module, cache);
    Map<String, List<String>> variants = new LinkedHashMap<>();
    variants.put("JVM", Service.jvm(project, module, List.of()));
    variants.put(
        "JVM, AOT cache",
        Service.jvm(project, module, List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on")));
    executable(module).ifPresent(program -> variants.put("native", List.of(program.toString())));
    Map<String, List<Start>> starts = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (Map.Entry<String, List<String>> variant : variants.entrySet()) {
        starts
            .computeIfAbsent(variant.getKey(), name -> new ArrayList<>())
            .add(start(module, variant.getValue()));
      }
    }
    List<String> lines = new ArrayList<>();
    Start jvm = median(starts.getOrDefault("JVM", List.of()));
    starts.forEach(
        (variant, all) -> {
          Start median = median(all);
          if (!variant.equals("JVM")) {
            results.add(
                module + ", " + variant,
                "ms",
                median.millis(),
                "JVM",
                jvm.millis(),
                median.millis() / jvm.millis(),
                "at most 0.5");
            results.add(
                module + ", " + variant + ", memory",
                "MB",
                (double) median.megabytes(),
                "JVM",
                (double) jvm.megabytes(),
                (double) median.megabytes() / jvm.megabytes(),
                "");
          }
          lines.add(
              "| %s | %s | %.0f | %.2f | %d | %.2f |"
                  .formatted(
                      module,
                      variant,
                      median.millis(),
                      median.millis() / jvm.millis(),
                      median.megabytes(),
                      (double) median.megabytes() / jvm.megabytes()));
        });
    return lines;
  }

  /** The executable that {@code mvn -Dnative package} builds, if there is one. */
  private Optional<Path> executable(String module) throws IOException {
    try (Stream<Path> files = Files.list(project.resolve(module).resolve("target"))) {
      return files.filter(file -> file.toString().endsWith("-runner")).findFirst();
    }
  }

  /**
   * Writes the AOT cache. This start also runs the schema migrations, so that no measured start
   * does.
   */
  private void train(String module, Path cache) throws IOException, InterruptedException {
    Files.deleteIfExists(cache);
    Service service =
        launch(module, Service.jvm(project, module, List.of("-XX:AOTCacheOutput=" + cache)));
    service.awaitReady(Duration.ofMillis(100));
    for (int i = 0; i < 5; i++) {
      for (String path : REQUESTS.getOrDefault(module, List.of())) {
        service.send("GET", "/api/v1/" + path, "");
        service.send("POST", "/api/v1/" + path, "{}");
      }
      service.send("GET", "/q/metrics", "");
    }
    service.stop(TRAINING_TIMEOUT);
    if (!Files.exists(cache)) {
      throw new IllegalStateException("no AOT cache was written; see benchmarks/target");
    }
  }

  private Start start(String module, List<String> command)
      throws IOException, InterruptedException {
    long started = System.nanoTime();
    try (Service service = launch(module, command)) {
      service.awaitReady(Duration.ofMillis(5));
      double millis = (System.nanoTime() - started) / 1e6;
      return new Start(millis, service.largestResidentMegabytes().orElse(0L));
    }
  }

  private Service launch(String module, List<String> command) throws IOException {
    return Service.launch(
        project,
        module,
        stack,
        Map.of("POOL_SIZE", "0", "TENANT_BACKUP_PATH", work.toString(), "SHUTDOWN_DELAY", "0s"),
        command);
  }

  private static Start median(List<Start> starts) {
    return new Start(
        starts.stream().map(Start::millis).sorted().toList().get(starts.size() / 2),
        starts.stream().map(Start::megabytes).sorted().toList().get(starts.size() / 2));
  }
}
