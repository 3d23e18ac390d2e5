package io.tenantry.benchmarks;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.LocalStackOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What becomes of the services with many tenants: rows in the registry, databases in one cluster,
 * senders of events. Each figure is compared with the same of few tenants in the same run.
 */
final class Scale {

  private static final Set<String> PARTS = Set.of("registry", "databases", "senders");

  private Scale() {}

  /**
   * The parts to run, and how large they are.
   *
   * @param rows tenants in the registry
   * @param databases databases in one cluster
   * @param senders tenants that send events
   */
  record Options(Set<String> parts, int rows, int databases, int senders) {

    /** Reads {@code [part…] [--rows N] [--databases N] [--senders N]}; no part means all. */
    static Options of(String... arguments) {
      Set<String> parts = new TreeSet<>();
      Map<String, Integer> sizes =
          new TreeMap<>(Map.of("--rows", 100_000, "--databases", 300, "--senders", 1000));
      for (int i = 0; i < arguments.length; i++) {
        if (PARTS.contains(arguments[i])) {
          parts.add(arguments[i]);
        } else if (sizes.containsKey(arguments[i]) && i + 1 < arguments.length) {
          sizes.put(arguments[i], Integer.parseInt(arguments[++i]));
        } else {
          throw new IllegalArgumentException(
              "unknown argument "
                  + arguments[i]
                  + "; parts: "
                  + new TreeSet<>(PARTS)
                  + ", sizes: "
                  + sizes.keySet());
        }
      }
      return new Options(
          parts.isEmpty() ? PARTS : parts,
          sizes.getOrDefault("--rows", 0),
          sizes.getOrDefault("--databases", 0),
          sizes.getOrDefault("--senders", 0));
    }
  }

  /** Where the parts run and report. */
  record Run(Path project, LocalStack stack, Results results, PrintStream report) {

    /** A new store of backups: one of an earlier run belongs to another installation. */
    String store() throws IOException {
      return Files.createTempDirectory(project.resolve("benchmarks/target"), "scale-store")
          .toString();
    }

    void print(String line) {
      System.out.println(line);
      report.println(line);
      report.flush();
    }
  }

  /**
   * Runs the benchmark.
   *
   * @param arguments the project's directory, then {@link Options}
   */
  public static void main(String[] arguments) throws Exception {
    Path project = Path.of(arguments[0]);
    Options options = Options.of(Arrays.copyOfRange(arguments, 1, arguments.length));
    Results results = new Results("scale");
    try (PrintStream report =
        new PrintStream(
            Files.newOutputStream(project.resolve("benchmarks/target/scale.txt")),
            false,
            StandardCharsets.UTF_8)) {
      for (String part : new TreeSet<>(options.parts())) {
        // Each part has servers of its own, so that none measures what another left behind.
        try (LocalStack stack = LocalStack.start(servers(project))) {
          Run run = new Run(project, stack, results, report);
          switch (part) {
            case "registry" -> new RegistryScale(run, options.rows()).measure();
            case "databases" -> new DatabasesScale(run, options.databases()).measure();
            default -> new SendersScale(run, options.senders()).measure();
          }
        }
        results.write(project);
      }
    }
  }

  private static LocalStackOptions servers(Path project) {
    return LocalStackOptions.temporaryUnder(project.resolve("benchmarks/target/local-stack"))
        .withDurability(LocalStackOptions.Durability.FULL)
        .withStatementLog(LocalStackOptions.StatementLog.OFF);
  }
}
