package io.tenantry.kernel.migration;

import io.tenantry.kernel.migration.MigrationScript.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What goes to the server at once: statements, or one COPY with its rows.
 *
 * @param rows for the COPY; empty for statements
 */
public record ScriptPart(String sql, Optional<String> rows) {

  /**
   * Puts a session back as it was when it was opened, role and settings, temporary tables, cursors,
   * prepared statements, so that the next migration finds what it finds on every tenant: Flyway
   * does this for role and search path alone, and leaves the rest to whether two migrations happen
   * to be run together. The time zone is that of every migration, wherever it runs.
   */
  public static final String RESTORE_SESSION =
      "RESET ROLE; RESET ALL; CLOSE ALL; DEALLOCATE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES; SET TIME ZONE 'UTC';\n";

  /** Statements. */
  public static ScriptPart statements(String sql) {
    return new ScriptPart(sql, Optional.empty());
  }

  /**
   * A script for a transaction, in as few parts as can be, in which the limits of its session hold.
   */
  public static List<ScriptPart> of(MigrationScript script) {
    List<ScriptPart> parts = new ArrayList<>();
    StringBuilder together = new StringBuilder();
    for (Statement statement : script.statements()) {
      if (statement.rows().isPresent()) {
        add(parts, together);
        parts.add(of(statement));
      } else {
        together.append(of(statement).sql());
      }
    }
    add(parts, together);
    return parts;
  }

  /** One statement of a script for a transaction, in which the limits of its session hold. */
  public static ScriptPart of(Statement statement) {
    if (statement.rows().isPresent()) {
      return new ScriptPart(statement.sql(), statement.rows());
    }
    // A comment may end it.
    return statements(
        statement.sql()
            + "\n;\n"
            + (ScriptLimits.mayChangeLimits(statement.sql()) ? ScriptLimits.clamp(true) : ""));
  }

  /** A script for no transaction: each statement by itself, in a session whose limits hold. */
  public static List<ScriptPart> outside(MigrationScript script) {
    List<ScriptPart> parts = new ArrayList<>();
    for (Statement statement : script.statements()) {
      parts.add(new ScriptPart(statement.sql(), statement.rows()));
      if (ScriptLimits.mayChangeLimits(statement.sql())) {
        parts.add(statements(ScriptLimits.clamp(false)));
      }
    }
    return parts;
  }

  private static void add(List<ScriptPart> parts, StringBuilder together) {
    if (!together.isEmpty()) {
      parts.add(statements(together.toString()));
      together.setLength(0);
    }
  }

  /** The same with neighbouring statements in one part. */
  public static List<ScriptPart> joined(List<ScriptPart> parts) {
    List<ScriptPart> joined = new ArrayList<>();
    StringBuilder together = new StringBuilder();
    for (ScriptPart part : parts) {
      if (part.rows().isPresent()) {
        add(joined, together);
        joined.add(part);
      } else {
        together.append(part.sql());
      }
    }
    add(joined, together);
    return joined;
  }

  /** Parts as one text, from which {@link #split} gets them back; no SQL has the character NUL. */
  public static String text(List<ScriptPart> parts) {
    return parts.stream()
        .map(
            part ->
                part.rows().map(rows -> "\0" + part.sql() + "\0" + rows + "\0").orElse(part.sql()))
        .collect(Collectors.joining());
  }

  /** What {@link #text} was made of, whatever was put before and behind it. */
  public static List<ScriptPart> split(String text) {
    String[] pieces = text.split("\0", -1);
    List<ScriptPart> parts = new ArrayList<>();
    for (int i = 0; i < pieces.length; i += 3) {
      if (!pieces[i].isBlank()) {
        parts.add(statements(pieces[i]));
      }
      if (i + 2 < pieces.length) {
        parts.add(new ScriptPart(pieces[i + 1], Optional.of(pieces[i + 2])));
      }
    }
    return parts;
  }
}
