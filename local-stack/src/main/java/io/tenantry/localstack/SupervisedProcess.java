package io.tenantry.localstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A child process that ends with this JVM, no matter how the JVM dies.
 *
 * <p>Between the two stands a shell script whose standard input is a pipe held by this JVM alone.
 * When the pipe closes, also because the JVM was killed, the script ends the child. Both run in a
 * session of their own, so a Ctrl-C in the terminal reaches this JVM only and the order of stopping
 * is its choice.
 */
public final class SupervisedProcess {

  /** Signals that end a server. */
  public enum Signal {
    INT,
    QUIT,
    TERM,
    KILL
  }

  /**
   * What to run.
   *
   * @param name short name for messages and files
   * @param arguments program and arguments; no secrets, everyone on the machine can read them
   * @param environment added to this JVM's environment
   * @param directory where the process runs
   * @param stateDirectory where the pid file goes, {@code <name>.pid}; one process of a name at a
   *     time
   * @param log receives standard output and error, appended; one of more than 10 MiB is put aside
   *     first, as {@code <log>.old}
   * @param lastSignal sent when this JVM is gone
   * @param patience how long the process may take to end after that signal before it is killed
   */
  public record Command(
      String name,
      List<String> arguments,
      Map<String, String> environment,
      Path directory,
      Path stateDirectory,
      Path log,
      Signal lastSignal,
      Duration patience) {

    public Command {
      arguments = List.copyOf(arguments);
      environment = Map.copyOf(environment);
    }

    Path pidFile() {
      return stateDirectory.resolve(name + ".pid");
    }
  }

  private static final long LOG_LIMIT = 10L * 1024 * 1024;
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);
  private static final Duration LEFTOVER_PATIENCE = Duration.ofSeconds(5);

  private final Command command;
  private final Process supervisor;
  private final LogTail log;

  private SupervisedProcess(Command command, Process supervisor, LogTail log) {
    this.command = command;
    this.supervisor = supervisor;
    this.log = log;
  }

  /**
   * Starts a process. One that an earlier JVM left under the same name and state directory is ended
   * first.
   *
   * @throws LocalStackException when the process cannot be started
   */
  public static SupervisedProcess start(Command command) {
    try {
      Files.createDirectories(command.stateDirectory());
      Files.createDirectories(command.log().toAbsolutePath().getParent());
      endLeftover(command.pidFile(), command.patience());
      putAside(command.log());
      LogTail log = LogTail.from(command.log());
      ProcessBuilder builder = new ProcessBuilder(commandLine(command));
      builder.environment().putAll(command.environment());
      builder.directory(command.directory().toFile());
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(command.log().toFile()));
      return new SupervisedProcess(command, builder.start(), log);
    } catch (IOException e) {
      throw new LocalStackException(command.name() + " could not be started: " + e.getMessage(), e);
    }
  }

  /** Keeps logs of servers that are started again and again from growing for ever. */
  private static void putAside(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
      Path former = log.resolveSibling(log.getFileName() + ".old");
      Files.move(log, former, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static List<String> commandLine(Command command) throws IOException {
    List<String> line = new ArrayList<>();
    Programs.find("setsid").ifPresent(setsid -> line.add(setsid.toString()));
    line.add("/bin/sh");
    line.add(script(command.stateDirectory()).toString());
    line.add(command.pidFile().toString());
    line.add(command.lastSignal().name());
    line.add(Long.toString(command.patience().toMillis() / 100));
    line.addAll(command.arguments());
    return line;
  }

  private static Path script(Path directory) throws IOException {
    Path script = directory.resolve("supervise.sh");
    byte[] wanted = Resources.bytes("supervise.sh");
    // A running shell reads its script as it goes: never write into one that may be in use.
    if (!Files.exists(script) || !Arrays.equals(Files.readAllBytes(script), wanted)) {
      Path next = Files.createTempFile(directory, "supervise", ".sh");
      Files.write(next, wanted);
      Files.move(next, script, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    return script;
  }

  /** Ends every process that a killed JVM, whose supervisors were killed too, left running. */
  static void endLeftovers(Path stateDirectory) throws IOException {
    try (Stream<Path> files = Files.list(stateDirectory)) {
      List<Path> pidFiles = files.filter(file -> file.toString().endsWith(".pid")).toList();
      for (Path pidFile : pidFiles) {
        endLeftover(pidFile, LEFTOVER_PATIENCE);
      }
    }
  }

  private static void endLeftover(Path pidFile, Duration patience) throws IOException {
    Optional<ProcessHandle> found = leftover(pidFile);
    if (found.isEmpty()) {
      return;
    }
    ProcessHandle leftover = found.get();
    // Its supervisor may just be about to do it, so this is no more than a reminder.
    leftover.destroy();
    if (!endsWithin(leftover.onExit(), patience)) {
      Stream<ProcessHandle> family = Stream.concat(leftover.descendants(), Stream.of(leftover));
      List<ProcessHandle> all = family.toList();
      all.forEach(ProcessHandle::destroyForcibly);
      all.forEach(each -> endsWithin(each.onExit(), patience));
    }
    Files.deleteIfExists(pidFile);
  }

  private static Optional<ProcessHandle> leftover(Path pidFile) throws IOException {
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    String pid = Files.readString(pidFile).strip();
    Instant written = Files.getLastModifiedTime(pidFile).toInstant();
    if (!pid.matches("\\d{1,18}")) {
      return Optional.empty();
    }
    // A process that began after the file was written only happens to have the same number.
    return ProcessHandle.of(Long.parseLong(pid))
        .filter(
            process ->
                process
                    .info()
                    .startInstant()
                    .map(start -> start.isBefore(written.plus(CLOCK_TOLERANCE)))
                    .orElse(false));
  }

  private static boolean endsWithin(CompletableFuture<?> end, Duration patience) {
    try {
      end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new LocalStackException("waiting for a process failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while waiting for a process to end", e);
    }
  }

  public String name() {
    return command.name();
  }

  public boolean isAlive() {
    return supervisor.isAlive();
  }

  /** Completes with the process's exit status; 128 and more mean that a signal ended it. */
  public CompletableFuture<Integer> onExit() {
    return supervisor.onExit().thenApply(Process::exitValue);
  }

  /** What the process has written to its log since it was started. */
  public LogTail log() {
    return log;
  }

  /**
   * Ends the process with the signal, and with KILL when it has not ended in time. Returns when it
   * is gone; does nothing when it is gone already.
   */
  public void stop(Signal signal, Duration patience) {
    send(signal);
    if (!endsWithin(supervisor.onExit(), patience)) {
      send(Signal.KILL);
      endsWithin(supervisor.onExit(), patience);
    }
  }

  private void send(Signal signal) {
    try {
      supervisor.getOutputStream().write((signal + "\n").getBytes(StandardCharsets.US_ASCII));
      supervisor.getOutputStream().flush();
    } catch (IOException e) {
      if (supervisor.isAlive()) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
