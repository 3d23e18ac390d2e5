package io.tenantry.localstack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * A directory with PostgreSQL's programs.
 *
 * @param directory the directory
 * @param major the major version, for example 17
 */
record PostgresBinaries(Path directory, int major) {
  /** The environment variable with the directory of the programs to use. */
  static final String OVERRIDE = "TENANTRY_POSTGRES_BIN";

  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
  private static final List<String> INSTALLATION_PARENTS =
      List.of("/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt", "/usr/local");

  /**
   * Finds the newest installed programs, or else those bundled with the build.
   *
   * @param wanted the required major version, for existing data or a test; empty for any
   * @throws LocalStackException if that version is not found
   */
  static PostgresBinaries locate(OptionalInt wanted) {
    String override = System.getenv(OVERRIDE);
    if (override != null && !override.isBlank()) {
      return in(Path.of(override))
          .orElseThrow(
              () ->
                  new LocalStackException(
                      OVERRIDE
                          + "="
                          + override
                          + " does not contain initdb and postgres; set it to PostgreSQL's bin"
                          + " directory"));
    }
    return installed()
        .filter(each -> wanted.isEmpty() || each.major() == wanted.getAsInt())
        .max(Comparator.comparingInt(PostgresBinaries::major))
        .or(
            () ->
                in(unpacked())
                    .filter(each -> wanted.isEmpty() || each.major() == wanted.getAsInt()))
        .or(() -> wanted.isEmpty() ? Optional.empty() : bundledForTests(wanted.getAsInt()))
        .orElseThrow(
            () ->
                new LocalStackException(
                    "no PostgreSQL "
                        + wanted.getAsInt()
                        + " was found, which created the existing data: install it, or set "
                        + OVERRIDE
                        + " to the directory of its programs, or delete the data"));
  }

  Path program(String name) {
    return directory.resolve(name);
  }

  private static Stream<PostgresBinaries> installed() {
    Stream<Path> byMajor =
        INSTALLATION_PARENTS.stream().map(Path::of).flatMap(PostgresBinaries::installationsIn);
    Stream<Path> byConfig =
        Programs.find("pg_config").stream()
            .map(program -> Programs.run(List.of(program.toString(), "--bindir")))
            .filter(Programs.Result::succeeded)
            .map(result -> Path.of(result.output()));
    Stream<Path> byPath = Programs.find("postgres").stream().map(Path::getParent);
    return Stream.of(byMajor, byConfig, byPath)
        .flatMap(each -> each)
        .distinct()
        .flatMap(directory -> in(directory).stream());
  }

  /**
   * Debian uses {@code <major>/bin}, Red Hat {@code pgsql-<major>/bin}, Homebrew {@code
   * postgresql@<major>/bin}.
   */
  private static Stream<Path> installationsIn(Path parent) {
    if (!Files.isDirectory(parent)) {
      return Stream.empty();
    }
    try (Stream<Path> installations = Files.list(parent)) {
      return installations
          .filter(
              installation ->
                  installation.getFileName().toString().matches("(pgsql-|postgresql@)?\\d+|pgsql"))
          .map(installation -> installation.resolve("bin"))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<PostgresBinaries> in(Path directory) {
    Path server = directory.resolve("postgres");
    if (!Files.isExecutable(server) || !Files.isExecutable(directory.resolve("initdb"))) {
      return Optional.empty();
    }
    Matcher version =
        VERSION.matcher(Programs.run(List.of(server.toString(), "--version")).output());
    return version.find()
        ? Optional.of(new PostgresBinaries(directory, Integer.parseInt(version.group(1))))
        : Optional.empty();
  }

  private static Path unpacked() {
    return unpacked(
        Path.of(Resources.text("postgres.classpath").strip()),
        Path.of(Resources.properties("artifacts.properties").getProperty("postgres.unpack")));
  }

  /** A further major version that is bundled with the build for tests. */
  private static Optional<PostgresBinaries> bundledForTests(int major) {
    Path other =
        Path.of(Resources.properties("artifacts.properties").getProperty("postgres.other"));
    Path jar = other.resolve("postgresql-" + major + ".jar");
    return Files.exists(jar) ? in(unpacked(jar, other.resolve("" + major))) : Optional.empty();
  }

  private static Path unpacked(Path jar, Path installation) {
    Path bin = installation.resolve("bin");
    if (Files.isDirectory(bin)) {
      return bin;
    }
    try {
      Files.createDirectories(installation.getParent());
      Path partial = Files.createTempDirectory(installation.getParent(), "unpacking");
      Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
      unpack(jar, partial);
      moveInPlace(partial, installation);
    } catch (IOException e) {
      throw new LocalStackException("PostgreSQL's binaries could not be unpacked from " + jar, e);
    }
    return bin;
  }

  private static void moveInPlace(Path partial, Path installation) throws IOException {
    try {
      Files.move(partial, installation, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // Another process unpacked them in the meantime.
      Directories.delete(partial);
      if (!Files.isDirectory(installation)) {
        throw e;
      }
    }
  }

  private static void unpack(Path jar, Path target) throws IOException {
    try (ZipInputStream zip =
        new ZipInputStream(new BufferedInputStream(Files.newInputStream(jar)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().endsWith(".txz")) {
          unpackTar(zip, target);
          return;
        }
      }
    }
    throw new LocalStackException(jar + " does not contain PostgreSQL");
  }

  private static void unpackTar(InputStream compressed, Path target) throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(compressed));
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Path path = target.resolve(entry.getName()).normalize();
      if (!path.startsWith(target)) {
        throw new LocalStackException(
            "the archive has an entry outside of the target directory: " + entry.getName());
      }
      if (entry.isDirectory()) {
        Files.createDirectories(path);
        continue;
      }
      Files.createDirectories(path.getParent());
      if (entry.isSymbolicLink()) {
        Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      } else {
        Files.copy(tar, path);
        Files.setPosixFilePermissions(path, permissions(entry.getMode()));
      }
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    boolean executable = (mode & 0100) != 0;
    return PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--");
  }
}
