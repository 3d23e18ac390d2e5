package io.tenantry.localstack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * How a stack is started.
 *
 * @param storage where its data lies and how long it is kept
 * @param postgresPort where PostgreSQL listens
 * @param kafkaPort where Kafka listens
 * @param durability whether committed data must survive a crash of the machine
 * @param statementLog whether PostgreSQL logs every statement it is sent
 * @param postgresMajor PostgreSQL's major version, if it starts with no data; empty for the newest
 *     installed one
 */
public record LocalStackOptions(
    Storage storage,
    PortChoice postgresPort,
    PortChoice kafkaPort,
    Durability durability,
    StatementLog statementLog,
    OptionalInt postgresMajor) {

  /** Where data lies. */
  public sealed interface Storage {}

  /**
   * Data and secrets of the run before are used again.
   *
   * @param directory the stack's own folder; made when it is missing. While the stack runs, its
   *     file {@code owner} holds the process number of the JVM
   */
  public record Kept(Path directory) implements Storage {}

  /**
   * Data is removed when the stack is closed. What a killed JVM left is removed by the next start.
   *
   * @param parent folder in which the stack makes one of its own
   */
  public record ThrownAway(Path parent) implements Storage {}

  private static final Path MEMORY = Path.of("/dev/shm");
  private static final long PLENTY = 8L << 30;

  /** What a commit waits for. */
  public enum Durability {
    /** The disk, as in production. */
    FULL,
    /** Nothing, which is quicker; data survives a crash of the server, not of the machine. */
    RELAXED
  }

  /** What PostgreSQL's log holds beside errors. */
  public enum StatementLog {
    OFF,
    ALL
  }

  /** Free ports, full durability, data kept in the folder. */
  public static LocalStackOptions keptIn(Path directory) {
    return new LocalStackOptions(
        new Kept(directory),
        new PortChoice.Any(),
        new PortChoice.Any(),
        Durability.FULL,
        StatementLog.OFF,
        OptionalInt.empty());
  }

  /**
   * As {@link #thrownAwayUnder}, in memory where there is plenty of it, else in {@code
   * target/local-stack}: much of what tests of databases do is making and removing files. Everybody
   * may write to the folder in memory, so what another user made there is not used.
   */
  public static LocalStackOptions thrownAway() {
    Path own = MEMORY.resolve("tenantry-tests-of-" + System.getProperty("user.name"));
    return thrownAwayUnder(
        Files.isWritable(MEMORY)
                && MEMORY.toFile().getUsableSpace() >= PLENTY
                && Directories.isPrivate(own)
            ? own
            : Path.of("target", "local-stack"));
  }

  /** Free ports, relaxed durability, every statement logged, data thrown away: for tests. */
  public static LocalStackOptions thrownAwayUnder(Path parent) {
    return new LocalStackOptions(
        new ThrownAway(parent),
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
