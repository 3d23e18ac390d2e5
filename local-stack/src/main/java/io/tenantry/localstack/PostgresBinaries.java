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
 * PostgreSQL's programs.
 *
 * @param directory their folder
 * @param major the major version, for example 17
 */
record PostgresBinaries(Path directory, int major) {
  /** Names the folder of the programs to use, and no other. */
  static final String OVERRIDE = "TENANTRY_POSTGRES_BIN";

  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
  private static final List<String> HOMES_OF_MAJORS =
      List.of("/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt", "/usr/local");

  /**
   * The newest installed programs, or else those that came with the build.
   *
   * @param wanted the major version that existing data or a test needs; empty for any
   * @throws LocalStackException when there are none of that version
   */
  static PostgresBinaries locate(OptionalInt wanted) {
    String override = System.getenv(OVERRIDE);
    if (override != null && !override.isBlank()) {
      return in(Path.of(override))
          .orElseThrow(
              () ->
                  new LocalStackException(
                      OVERRIDE + "=" + override + " holds no initdb and postgres"));
    }
    return installed()
        .filter(each -> wanted.isEmpty() || each.major() == wanted.getAsInt())
        .max(Comparator.comparingInt(PostgresBinaries::major))
        .or(
            () ->
                in(unpacked())
                    .filter(each -> wanted.isEmpty() || each.major() == wanted.getAsInt()))
        .or(() -> wanted.isEmpty() ? Optional.empty() : other(wanted.getAsInt()))
        .orElseThrow(
            () ->
                new LocalStackException(
                    "no PostgreSQL "
                        + wanted.getAsInt()
                        + " was found, and the data that is there was made by it: install it, or set "
                        + OVERRIDE
                        + " to the folder of its programs, or remove the data"));
  }

  Path program(String name) {
    return directory.resolve(name);
  }

  private static Stream<PostgresBinaries> installed() {
    Stream<Path> byMajor =
        HOMES_OF_MAJORS.stream().map(Path::of).flatMap(PostgresBinaries::homesIn);
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
   * Debian has {@code <major>/bin}, Red Hat {@code pgsql-<major>/bin}, Homebrew {@code
   * postgresql@<major>/bin}.
   */
  private static Stream<Path> homesIn(Path parent) {
    if (!Files.isDirectory(parent)) {
      return Stream.empty();
    }
    try (Stream<Path> homes = Files.list(parent)) {
      return homes
          .filter(home -> home.getFileName().toString().matches("(pgsql-|postgresql@)?\\d+|pgsql"))
          .map(home -> home.resolve("bin"))
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

  /** A major version that came with the build for tests of what differs. */
  private static Optional<PostgresBinaries> other(int major) {
    Path other =
        Path.of(Resources.properties("artifacts.properties").getProperty("postgres.other"));
    Path jar = other.resolve("postgresql-" + major + ".jar");
    return Files.exists(jar) ? in(unpacked(jar, other.resolve("" + major))) : Optional.empty();
  }

  private static Path unpacked(Path jar, Path home) {
    Path bin = home.resolve("bin");
    if (Files.isDirectory(bin)) {
      return bin;
    }
    try {
      Files.createDirectories(home.getParent());
      Path partial = Files.createTempDirectory(home.getParent(), "unpacking");
      Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
      unpack(jar, partial);
      moveInPlace(partial, home);
    } catch (IOException e) {
      throw new LocalStackException("PostgreSQL's binaries could not be unpacked from " + jar, e);
    }
    return bin;
  }

  private static void moveInPlace(Path partial, Path home) throws IOException {
    try {
      Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // Another build unpacked them in the meantime.
      Directories.delete(partial);
      if (!Files.isDirectory(home)) {
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
    throw new LocalStackException(jar + " holds no PostgreSQL");
  }

  private static void unpackTar(InputStream compressed, Path target) throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(compressed));
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Path path = target.resolve(entry.getName()).normalize();
      if (!path.startsWith(target)) {
        throw new LocalStackException("an entry leads out of the archive: " + entry.getName());
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
