package io.tenantry.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the process that listens on a port, if Linux permits this user to see it. */
final class PortOwner {
  private static final String LISTEN = "0A";

  private PortOwner() {}

  /** The name and id of the process, for example {@code postgres (pid 4711)}; empty if unknown. */
  static Optional<String> of(int port) {
    Set<String> sockets =
        Stream.of("/proc/net/tcp", "/proc/net/tcp6")
            .map(Path::of)
            .flatMap(table -> listeners(table, port))
            .map(inode -> "socket:[" + inode + "]")
            .collect(Collectors.toSet());
    if (sockets.isEmpty()) {
      return Optional.empty();
    }
    return ProcessHandle.allProcesses()
        .filter(process -> holds(process.pid(), sockets))
        .findFirst()
        .map(PortOwner::describe);
  }

  private static Stream<String> listeners(Path table, int port) {
    String suffix = String.format(Locale.ROOT, ":%04X", port);
    return lines(table).stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(columns -> columns.length > 9)
        .filter(columns -> columns[1].endsWith(suffix) && columns[3].equals(LISTEN))
        .map(columns -> columns[9]);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean holds(long pid, Set<String> sockets) {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return descriptors.anyMatch(descriptor -> sockets.contains(target(descriptor)));
    } catch (IOException e) {
      return false;
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static String describe(ProcessHandle process) {
    String name =
        lines(Path.of("/proc", Long.toString(process.pid()), "comm")).stream()
            .findFirst()
            .orElse("a process");
    return name + " (pid " + process.pid() + ")";
  }
}
