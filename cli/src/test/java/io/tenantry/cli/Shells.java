package io.tenantry.cli;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Shells that may be installed. */
public final class Shells {

  private Shells() {}

  /** The path of a shell; without it the test is skipped. */
  public static String installed(String shell) {
    Optional<Path> found =
        Stream.of(System.getenv("PATH").split(":"))
            .map(folder -> Path.of(folder, shell))
            .filter(Files::isExecutable)
            .findFirst();
    assumeThat(found).as(shell + " is not installed").isPresent();
    return found.orElseThrow().toString();
  }
}
