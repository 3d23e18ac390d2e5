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

/** Short-lived programs of this machine. */
final class Programs {
  /** What a program left behind. */
  record Result(int status, String output) {
    boolean succeeded() {
      return status == 0;
    }
  }

  // An empty or short PATH is common where services are started by hand or by cron.
  private static final List<String> USUAL_FOLDERS =
      List.of("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin");

  private Programs() {}

  /** The program of that name on PATH or in the usual folders. */
  static Optional<Path> find(String name) {
    String path = System.getenv("PATH");
    List<String> folders = new ArrayList<>();
    if (path != null) {
      folders.addAll(Arrays.stream(path.split(":", -1)).filter(part -> !part.isEmpty()).toList());
    }
    return Stream.concat(folders.stream(), USUAL_FOLDERS.stream())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isRegularFile)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Runs a program to its end, with empty input; output and errors come back as one text.
   *
   * @throws LocalStackException when it cannot be started
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
