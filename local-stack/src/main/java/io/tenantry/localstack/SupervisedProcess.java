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
 * A child process that is stopped when this JVM exits, also if the JVM is killed.
 *
 * <p>A shell script supervises the child. Its standard input is a pipe that only this JVM holds.
 * When the pipe closes, also because the JVM was killed, the script stops the child. Both run in a
 * separate session, so that Ctrl-C in the terminal reaches this JVM only, which decides the order
 * of stopping.
 */
public final class SupervisedProcess {

  /** Signals that stop a server. */
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
   * @param arguments program and arguments; without secrets, as any user of the machine can read
   *     them
   * @param environment added to this JVM's environment
   * @param directory the working directory
   * @param stateDirectory the directory of the pid file {@code <name>.pid}; only one process per
   *     name can run
   * @param log the file to which standard output and error are appended; a file of more than 10 MiB
   *     is renamed to {@code <log>.old} first
   * @param lastSignal sent when this JVM exits
   * @param stopTimeout how long the process may take to stop after that signal before it is killed
   */
  public record Command(
      String name,
      List<String> arguments,
      Map<String, String> environment,
      Path directory,
      Path stateDirectory,
      Path log,
      Signal lastSignal,
      Duration stopTimeout) {
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
  private static final Duration LEFTOVER_TIMEOUT = Duration.ofSeconds(5);

  private final Command command;
  private final Process supervisor;
  private final LogTail log;

  private SupervisedProcess(Command command, Process supervisor, LogTail log) {
    this.command = command;
    this.supervisor = supervisor;
    this.log = log;
  }

  /**
   * Starts a process. A process with the same name and state directory that an earlier JVM left
   * running is stopped first.
   *
   * @throws LocalStackException if the process cannot be started
   */
  public static SupervisedProcess start(Command command) {
    try {
      Files.createDirectories(command.stateDirectory());
      Files.createDirectories(command.log().toAbsolutePath().getParent());
      stopLeftover(command.pidFile(), command.stopTimeout());
      rotate(command.log());
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

  /**
   * Renames a large log, so that logs of servers that are often restarted do not grow without
   * limit.
   */
  private static void rotate(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
      Path previous = log.resolveSibling(log.getFileName() + ".old");
      Files.move(log, previous, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static List<String> commandLine(Command command) throws IOException {
    List<String> line = new ArrayList<>();
    Programs.find("setsid").ifPresent(setsid -> line.add(setsid.toString()));
    line.add("/bin/sh");
    line.add(script(command.stateDirectory()).toString());
    line.add(command.pidFile().toString());
    line.add(command.lastSignal().name());
    line.add(Long.toString(command.stopTimeout().toMillis() / 100));
    line.addAll(command.arguments());
    return line;
  }

  private static Path script(Path directory) throws IOException {
    Path script = directory.resolve("supervise.sh");
    byte[] wanted = Resources.bytes("supervise.sh");
    // A running shell reads its script incrementally, so never overwrite a script in use.
    if (!Files.exists(script) || !Arrays.equals(Files.readAllBytes(script), wanted)) {
      Path next = Files.createTempFile(directory, "supervise", ".sh");
      Files.write(next, wanted);
      Files.move(next, script, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    return script;
  }

  /** Stops all processes that a killed JVM left running, if their supervisors were killed, too. */
  static void stopLeftovers(Path stateDirectory) throws IOException {
    try (Stream<Path> files = Files.list(stateDirectory)) {
      List<Path> pidFiles = files.filter(file -> file.toString().endsWith(".pid")).toList();
      for (Path pidFile : pidFiles) {
        stopLeftover(pidFile, LEFTOVER_TIMEOUT);
      }
    }
  }

  private static void stopLeftover(Path pidFile, Duration timeout) throws IOException {
    Optional<ProcessHandle> found = leftover(pidFile);
    if (found.isEmpty()) {
      return;
    }
    ProcessHandle leftover = found.get();
    // Its supervisor may be about to do the same, which does no harm.
    leftover.destroy();
    if (!exitsWithin(leftover.onExit(), timeout)) {
      Stream<ProcessHandle> family = Stream.concat(leftover.descendants(), Stream.of(leftover));
      List<ProcessHandle> all = family.toList();
      all.forEach(ProcessHandle::destroyForcibly);
      all.forEach(each -> exitsWithin(each.onExit(), timeout));
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
    // A process that started after the file was written is another one with the same id.
    return ProcessHandle.of(Long.parseLong(pid))
        .filter(
            process ->
                process
                    .info()
                    .startInstant()
                    .map(start -> start.isBefore(written.plus(CLOCK_TOLERANCE)))
                    .orElse(false));
  }

  private static boolean exitsWithin(CompletableFuture<?> end, Duration timeout) {
    try {
      end.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new LocalStackException("waiting for a process to exit failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while waiting for a process to exit", e);
    }
  }

  public String name() {
    return command.name();
  }

  public boolean isAlive() {
    return supervisor.isAlive();
  }

  /** Completes with the process's exit status; from 128 on, it was terminated by a signal. */
  public CompletableFuture<Integer> onExit() {
    return supervisor.onExit().thenApply(Process::exitValue);
  }

  /** The log of the process since it was started. */
  public LogTail log() {
    return log;
  }

  /**
   * Stops the process with the signal, and with KILL if it does not exit in time. Waits until it
   * has exited; does nothing if it has exited already.
   */
  public void stop(Signal signal, Duration timeout) {
    send(signal);
    if (!exitsWithin(supervisor.onExit(), timeout)) {
      send(Signal.KILL);
      exitsWithin(supervisor.onExit(), timeout);
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
