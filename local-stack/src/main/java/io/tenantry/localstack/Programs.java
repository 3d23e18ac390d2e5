package io.tenantry.localstack;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs short-lived programs of this machine. */
final class Programs {
  /** The exit status and output of a program. */
  record Result(int status, String output) {
    boolean succeeded() {
      return status == 0;
    }
  }

  // An empty or short PATH is common where services are started by hand or by cron.
  private static final List<String> USUAL_DIRECTORIES =
      List.of("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin");

  private Programs() {}

  /** Finds a program on PATH or in the usual directories. */
  static Optional<Path> find(String name) {
    String path = System.getenv("PATH");
    List<String> directories = new ArrayList<>();
    if (path != null) {
      directories.addAll(
          Arrays.stream(path.split(":", -1)).filter(part -> !part.isEmpty()).toList());
    }
    return Stream.concat(directories.stream(), USUAL_DIRECTORIES.stream())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isRegularFile)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Runs a program and waits for it, with empty input; returns standard output and error as one
   * text.
   *
   * @throws LocalStackException if it cannot be started
   */
  static Result run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new LocalStackException(command.getFirst() + " could not be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while running " + command.getFirst(), e);
    }
  }
}
