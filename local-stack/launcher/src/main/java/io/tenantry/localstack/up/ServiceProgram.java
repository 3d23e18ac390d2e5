package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A built service, to be run by the JVM or as a native executable. */
sealed interface ServiceProgram {

  /** The most that a service's heap may take; it does little here. */
  String HEAP = "-Xmx256m";

  /** What the services are started as. */
  enum Kind {
    JVM,
    NATIVE
  }

  /**
   * Finds what a module was built to.
   *
   * @param module the module's folder
   * @throws LocalStackException if it is not built as this kind
   */
  static ServiceProgram find(Kind kind, Path module) {
    return switch (kind) {
      case JVM -> jar(module);
      case NATIVE -> executable(module);
    };
  }

  private static ServiceProgram jar(Path module) {
    Path jar = module.resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new LocalStackException(module.getFileName() + " is not built: there is no " + jar);
    }
    return new Jar(jar);
  }

  private static ServiceProgram executable(Path module) {
    Path target = module.resolve("target");
    if (Files.isDirectory(target)) {
      try (Stream<Path> files = Files.list(target)) {
        List<Path> found =
            files
                .filter(file -> file.getFileName().toString().endsWith("-runner"))
                .filter(Files::isExecutable)
                .toList();
        if (found.size() == 1) {
          return new Executable(found.getFirst());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new LocalStackException(
        "%s has no native executable: there is no %s/*-runner, or more than one; mvn -Dnative -DskipTests package builds it"
            .formatted(module.getFileName(), target));
  }

  /** The command that starts it, with a folder for its temporary files. */
  List<String> command(Path temporary);

  /** Where it is started. */
  Path directory();

  /** Run by the JVM that runs this. */
  record Jar(Path jar) implements ServiceProgram {

    @Override
    public List<String> command(Path temporary) {
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          HEAP,
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Djava.io.tmpdir=" + temporary,
          "-jar",
          jar.toString());
    }

    @Override
    public Path directory() {
      return jar.resolveSibling("");
    }
  }

  /** A program of its own. */
  record Executable(Path file) implements ServiceProgram {

    @Override
    public List<String> command(Path temporary) {
      return List.of(file.toString(), HEAP, "-Djava.io.tmpdir=" + temporary);
    }

    @Override
    public Path directory() {
      return file.resolveSibling("");
    }
  }
}
