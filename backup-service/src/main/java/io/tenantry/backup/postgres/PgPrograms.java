package io.tenantry.backup.postgres;

import io.smallrye.config.ConfigMapping;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the newest client programs of PostgreSQL on this machine. */
@Singleton
public final class PgPrograms {

  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)(\\S*)");

  private final Optional<Path> configured;
  private final Map<Path, Version> versions = new ConcurrentHashMap<>();

  PgPrograms(Config config) {
    this.configured = config.binDirectory();
  }

  /** A program's version, for example 17 of {@code 17.4}. */
  public record Version(int major, String full) {}

  /** A folder that holds the programs. */
  public record Programs(Path directory, Version version) {

    Path pgDump() {
      return directory.resolve("pg_dump");
    }

    Path pgRestore() {
      return directory.resolve("pg_restore");
    }

    Path psql() {
      return directory.resolve("psql");
    }
  }

  /**
   * Returns the programs for a server.
   *
   * @param serverVersion the server's major version
   * @throws TenantryException {@code PG_DUMP_UNUSABLE} if there are none, or they are older than
   *     the server
   */
  public Programs forServer(int serverVersion) {
    Programs found =
        candidates().stream()
            .filter(directory -> Files.isExecutable(directory.resolve("pg_dump")))
            .map(directory -> new Programs(directory, version(directory)))
            .max(Comparator.comparingInt(programs -> programs.version().major()))
            .orElseThrow(
                () ->
                    unusable(
                        ("pg_dump %d or newer is needed, but none was found; install it, or set"
                                + " PG_BIN_DIRECTORY.")
                            .formatted(serverVersion)));
    if (found.version().major() < serverVersion) {
      throw unusable(
          ("The server runs PostgreSQL %d: pg_dump %d or newer is needed, found %s; install"
                  + " it, or set PG_BIN_DIRECTORY.")
              .formatted(serverVersion, serverVersion, found.version().full()));
    }
    return found;
  }

  private static TenantryException unusable(String reason) {
    return new TenantryException(ErrorCode.PG_DUMP_UNUSABLE, reason);
  }

  private List<Path> candidates() {
    if (configured.isPresent()) {
      return List.of(configured.get());
    }
    List<Path> directories = new ArrayList<>();
    if (Files.isDirectory(DEBIAN)) {
      try (DirectoryStream<Path> versions = Files.newDirectoryStream(DEBIAN)) {
        versions.forEach(version -> directories.add(version.resolve("bin")));
      } catch (IOException e) {
        throw new TenantryException(
            ErrorCode.PG_DUMP_UNUSABLE,
            "The folder " + DEBIAN + " cannot be read; set PG_BIN_DIRECTORY.",
            e);
      }
    }
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (!directory.isEmpty()) {
        directories.add(Path.of(directory));
      }
    }
    return directories;
  }

  private Version version(Path directory) {
    return versions.computeIfAbsent(directory, PgPrograms::readVersion);
  }

  private static Version readVersion(Path directory) {
    try {
      Process process =
          new ProcessBuilder(directory.resolve("pg_dump").toString(), "--version")
              .redirectErrorStream(true)
              .start();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      Matcher version = VERSION.matcher(answer);
      // A program without a version is older than any other.
      return version.find()
          ? new Version(Integer.parseInt(version.group(1)), version.group(1) + version.group(2))
          : new Version(0, "an unknown version");
    } catch (IOException e) {
      return new Version(0, "one that cannot be started");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @ConfigMapping(prefix = "tenantry.postgres")
  interface Config {

    /**
     * The folder with pg_dump, pg_restore and psql ({@code PG_BIN_DIRECTORY}); by default, the
     * newest programs are searched for.
     */
    Optional<Path> binDirectory();
  }
}
