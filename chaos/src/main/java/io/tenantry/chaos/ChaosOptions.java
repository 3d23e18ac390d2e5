package io.tenantry.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a run does.
 *
 * @param project the directory of the project, whose services are packaged
 * @param duration how long faults are made; starting before and checking after it take longer
 * @param seed decides the faults, their order and their lengths
 * @param only the names of the faults to choose from; all if empty
 * @param overlap how many faults happen at once, each of another target
 * @param replicas how many processes of each service run
 * @param servers which servers run
 * @param betweenBatches how long a client that sends events pauses after each batch
 * @param disk a small file system for the data of servers and backups, which can be filled; empty
 *     if there is none
 */
record ChaosOptions(
    Path project,
    Duration duration,
    long seed,
    Set<String> only,
    int overlap,
    int replicas,
    Servers servers,
    Duration betweenBatches,
    Optional<Path> disk) {

  /** Which servers run. */
  enum Servers {
    /** One PostgreSQL and one broker. */
    SINGLE,
    /** PostgreSQL with a synchronous standby, and three brokers. */
    REPLICATED
  }

  private static final List<String> NAMES =
      List.of(
          "--minutes",
          "--seed",
          "--only",
          "--overlap",
          "--replicas",
          "--servers",
          "--pause",
          "--disk");

  /**
   * The options of a command line.
   *
   * @param arguments the project's directory, then names and values
   * @throws IllegalArgumentException with a message for the user
   */
  static ChaosOptions of(String... arguments) {
    Map<String, String> given = new TreeMap<>();
    List<String> rest = new ArrayList<>(Arrays.asList(arguments).subList(1, arguments.length));
    while (!rest.isEmpty()) {
      String name = rest.removeFirst();
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException("unknown option " + name);
      }
      if (rest.isEmpty()) {
        throw new IllegalArgumentException(name + " needs a value");
      }
      given.put(name, rest.removeFirst());
    }
    String only = given.getOrDefault("--only", "");
    return new ChaosOptions(
        Path.of(arguments[0]),
        Duration.ofMillis(
            Math.round(Double.parseDouble(given.getOrDefault("--minutes", "5")) * 60_000)),
        Long.parseLong(given.getOrDefault("--seed", Long.toString(System.nanoTime()))),
        only.isEmpty() ? Set.of() : new TreeSet<>(List.of(only.split(",", -1))),
        Integer.parseInt(given.getOrDefault("--overlap", "1")),
        Integer.parseInt(given.getOrDefault("--replicas", "2")),
        servers(given.getOrDefault("--servers", "single")),
        Duration.ofMillis(Long.parseLong(given.getOrDefault("--pause", "0"))),
        Optional.ofNullable(given.get("--disk")).map(Path::of));
  }

  private static Servers servers(String value) {
    return switch (value) {
      case "single" -> Servers.SINGLE;
      case "replicated" -> Servers.REPLICATED;
      default -> throw new IllegalArgumentException("--servers is single or replicated");
    };
  }
}
