package io.tenantry.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Sends signals to processes by their ids. */
final class Signals {

  private Signals() {}

  /** The process id in the first line of a file. */
  static long pidIn(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return Long.parseLong(lines.findFirst().orElseThrow().strip());
    }
  }

  /** Sends a signal, such as {@code KILL}, to one process; one that has exited is ignored. */
  static void send(String signal, long pid) throws IOException, InterruptedException {
    send(signal, List.of(pid));
  }

  /** Sends a signal to a process and its children. */
  static void sendToTree(String signal, long pid) throws IOException, InterruptedException {
    List<Long> pids = new ArrayList<>(List.of(pid));
    ProcessHandle.of(pid)
        .ifPresent(process -> process.descendants().map(ProcessHandle::pid).forEach(pids::add));
    send(signal, pids);
  }

  private static void send(String signal, List<Long> pids)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-s", signal));
    pids.forEach(pid -> command.add(Long.toString(pid)));
    new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
