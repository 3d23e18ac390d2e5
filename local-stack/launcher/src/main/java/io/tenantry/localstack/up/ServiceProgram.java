package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The program of a service, which runs on the JVM or as a native executable. */
sealed interface ServiceProgram {

  /** The maximum heap of a service, which has little load here. */
  String HEAP = "-Xmx256m";

  /** The kinds of programs. */
  enum Kind {
    JVM,
    NATIVE
  }

  /**
   * Finds the program that a module's build created.
   *
   * @param module the module's directory
   * @throws LocalStackException if this kind was not built
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
      throw new LocalStackException(
          module.getFileName() + " is not built: " + jar + " does not exist; run mvn package");
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
        "%s has no native executable: %s/*-runner does not exist, or there is more than one; mvn -Dnative -DskipTests package builds it"
            .formatted(module.getFileName(), target));
  }

  /** The command that starts it, with this directory for temporary files. */
  List<String> command(Path temporary);

  /** Its working directory. */
  Path directory();

  /** A jar that runs on the same JVM as the launcher. */
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

  /** A native executable. */
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
