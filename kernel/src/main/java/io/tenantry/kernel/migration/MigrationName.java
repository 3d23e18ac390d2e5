package io.tenantry.kernel.migration;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The file name of a migration, as Flyway reads it: {@code V1.2__name.sql}, {@code U1.2__name.sql},
 * {@code R__name.sql}; with the suffix {@code .conf}, the file with Flyway's settings for it.
 *
 * @param version empty for a repeatable migration
 */
public record MigrationName(Kind kind, Optional<MigrationVersion> version, boolean isConfig) {

  /** The kind of a migration. */
  public enum Kind {
    VERSIONED,
    UNDO,
    REPEATABLE
  }

  private static final Pattern NAME =
      Pattern.compile(
          "(?:(?<versioned>[VU])(?<version>[^_.]*(?:[._](?!_)[^_.]*)*)|R)__.*\\.sql(?<config>\\.conf)?",
          Pattern.DOTALL);

  private static final Pattern VERSION = Pattern.compile("[0-9]+([._][0-9]+)*");

  /** The length of the column in Flyway's history. */
  private static final int LONGEST_VERSION = 50;

  /** The limit of file systems. */
  private static final int LONGEST_NAME = 255;

  /**
   * Reads a name.
   *
   * @throws ScriptRefused if Flyway would not recognise it as a migration
   */
  public static MigrationName of(String name) {
    if (name.indexOf('/') >= 0) {
      throw new ScriptRefused(0, "is in a folder: migrations are files directly in migrations/");
    }
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new ScriptRefused(
          0,
          "is neither blueprint.yaml nor migrations/V…__….sql, U…__….sql or R__….sql, nor the .conf of one");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new ScriptRefused(0, "has a name of more than %d bytes".formatted(LONGEST_NAME));
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new ScriptRefused(0, "has a control character in its name");
    }
    boolean config = matcher.group("config") != null;
    String version = matcher.group("version");
    if (version == null) {
      return new MigrationName(Kind.REPEATABLE, Optional.empty(), config);
    }
    if (!VERSION.matcher(version).matches() || version.length() > LONGEST_VERSION) {
      throw new ScriptRefused(
          0,
          "has the version \"%s\" in its name: a version has digits, with . or _ between them, and at most %d characters"
              .formatted(version, LONGEST_VERSION));
    }
    return new MigrationName(
        matcher.group("versioned").equals("V") ? Kind.VERSIONED : Kind.UNDO,
        Optional.of(MigrationVersion.fromVersion(version)),
        config);
  }
}
