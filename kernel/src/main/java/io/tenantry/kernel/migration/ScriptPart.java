package io.tenantry.kernel.migration;

import io.tenantry.kernel.migration.MigrationScript.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A part of a script that is sent to the server at once: statements, or one COPY with its rows.
 *
 * @param rows of the COPY; empty for statements
 */
public record ScriptPart(String sql, Optional<String> rows) {

  /**
   * Resets a session to its initial state: role, settings, temporary tables, cursors and prepared
   * statements. So every migration starts from the same state on every tenant; Flyway resets only
   * the role and the search path, so that the rest depends on which migrations run together. All
   * migrations use the same time zone.
   */
  public static final String RESTORE_SESSION =
      "RESET ROLE; RESET ALL; CLOSE ALL; DEALLOCATE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES; SET TIME ZONE 'UTC';\n";

  /** Statements. */
  public static ScriptPart statements(String sql) {
    return new ScriptPart(sql, Optional.empty());
  }

  /**
   * A script for one transaction, in as few parts as possible; enforces the limits of its session.
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

  /** One statement of a script for a transaction; enforces the limits of its session. */
  public static ScriptPart of(Statement statement) {
    if (statement.rows().isPresent()) {
      return new ScriptPart(statement.sql(), statement.rows());
    }
    // The statement may end with a comment.
    return statements(
        statement.sql()
            + "\n;\n"
            + (ScriptLimits.mayChangeLimits(statement.sql()) ? ScriptLimits.clamp(true) : ""));
  }

  /**
   * A script to run outside a transaction, one statement per part; enforces the limits of its
   * session.
   */
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

  /** Joins neighbouring statements into one part. */
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

  /** Encodes parts as one text for {@link #split}, separated by NUL, which SQL never contains. */
  public static String text(List<ScriptPart> parts) {
    return parts.stream()
        .map(
            part ->
                part.rows().map(rows -> "\0" + part.sql() + "\0" + rows + "\0").orElse(part.sql()))
        .collect(Collectors.joining());
  }

  /** Decodes the result of {@link #text}, which may have text before and after it. */
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
