package io.tenantry.localstack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * The options of a stack.
 *
 * @param storage where its data is stored, and whether it is kept
 * @param postgresPort the port of PostgreSQL
 * @param kafkaPort the port of Kafka
 * @param durability whether committed data must survive a crash of the machine
 * @param statementLog whether PostgreSQL logs every statement it is sent
 * @param postgresMajor PostgreSQL's major version for a new data directory; empty for the newest
 *     installed one
 */
public record LocalStackOptions(
    Storage storage,
    PortChoice postgresPort,
    PortChoice kafkaPort,
    Durability durability,
    StatementLog statementLog,
    OptionalInt postgresMajor) {

  /** Where data is stored. */
  public sealed interface Storage {}

  /**
   * Data and secrets are kept for the next run.
   *
   * @param directory the stack's directory; created if it is missing. While the stack runs, its
   *     file {@code owner} contains the process id of the JVM
   */
  public record Persistent(Path directory) implements Storage {}

  /**
   * Data is deleted when the stack is closed. Data of a killed JVM is deleted by the next start.
   *
   * @param parent the directory in which the stack creates its own
   */
  public record Temporary(Path parent) implements Storage {}

  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final long MIN_FREE_BYTES = 8L << 30;

  /** What a commit waits for. */
  public enum Durability {
    /** The disk, as in production. */
    FULL,
    /** Nothing, which is faster; data survives a crash of the server, but not of the machine. */
    RELAXED
  }

  /** Which statements PostgreSQL logs. */
  public enum StatementLog {
    OFF,
    ALL
  }

  /** Free ports, full durability, data kept in the directory. */
  public static LocalStackOptions persistentIn(Path directory) {
    return new LocalStackOptions(
        new Persistent(directory),
        new PortChoice.Any(),
        new PortChoice.Any(),
        Durability.FULL,
        StatementLog.OFF,
        OptionalInt.empty());
  }

  /**
   * As {@link #temporaryUnder}, in memory if there is enough of it, else in {@code
   * target/local-stack}. Tests of databases create and delete many files, which is faster in
   * memory. Any user may write to the directory in memory, so a directory of another user is not
   * used.
   */
  public static LocalStackOptions temporary() {
    Path own = SHARED_MEMORY.resolve("tenantry-tests-of-" + System.getProperty("user.name"));
    return temporaryUnder(
        Files.isWritable(SHARED_MEMORY)
                && SHARED_MEMORY.toFile().getUsableSpace() >= MIN_FREE_BYTES
                && Directories.isPrivate(own)
            ? own
            : Path.of("target", "local-stack"));
  }

  /** Free ports, relaxed durability, all statements logged, temporary data: for tests. */
  public static LocalStackOptions temporaryUnder(Path parent) {
    return new LocalStackOptions(
        new Temporary(parent),
        new PortChoice.Any(),
        new PortChoice.Any(),
        Durability.RELAXED,
        StatementLog.ALL,
        OptionalInt.empty());
  }

  public LocalStackOptions withPorts(PortChoice postgres, PortChoice kafka) {
    return new LocalStackOptions(storage, postgres, kafka, durability, statementLog, postgresMajor);
  }

  public LocalStackOptions withDurability(Durability chosen) {
    return new LocalStackOptions(
        storage, postgresPort, kafkaPort, chosen, statementLog, postgresMajor);
  }

  public LocalStackOptions withStatementLog(StatementLog chosen) {
    return new LocalStackOptions(
        storage, postgresPort, kafkaPort, durability, chosen, postgresMajor);
  }

  public LocalStackOptions withPostgresMajor(int chosen) {
    return new LocalStackOptions(
        storage, postgresPort, kafkaPort, durability, statementLog, OptionalInt.of(chosen));
  }
}
