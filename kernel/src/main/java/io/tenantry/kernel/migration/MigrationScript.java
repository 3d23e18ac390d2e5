package io.tenantry.kernel.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.resource.StringResource;
import org.flywaydb.core.internal.sqlscript.ParserSqlScript;
import org.flywaydb.core.internal.sqlscript.SqlScriptMetadata;
import org.flywaydb.core.internal.sqlscript.SqlStatement;
import org.flywaydb.core.internal.sqlscript.SqlStatementIterator;

/**
 * A migration as parsed by Flyway's own parser, so that the statements that run without Flyway are
 * those that Flyway would run: without byte order marks, and with the rows of COPY separated.
 *
 * @param transactional whether the statements run in one transaction
 */
public record MigrationScript(List<Statement> statements, boolean transactional) {

  private static final Pattern LINE = Pattern.compile("\\bline (\\d+)");

  private static final Pattern DEFERRED = Pattern.compile("DEFERR", Pattern.CASE_INSENSITIVE);

  /** Flyway appends the statement, which may be long; it is cut off. */
  private static final Pattern WITH_STATEMENT =
      Pattern.compile("(.*?\\bline \\d+(?: col \\d+)?): .*", Pattern.DOTALL);

  /**
   * One statement.
   *
   * @param line where it starts in the file, after the comments before it, counted from 1
   * @param sql the statement without its semicolon, with the comments before it
   * @param rows the lines after a {@code COPY … FROM STDIN}, up to the line {@code \.}
   */
  public record Statement(int line, String sql, Optional<String> rows) {

    /** The line of a position in the statement, counted from 1. */
    public int lineAt(int position) {
      int start = SqlWords.of(sql).start();
      int end = Math.clamp(position - 1L, start, sql.length());
      return line + (int) sql.substring(start, end).chars().filter(c -> c == '\n').count();
    }
  }

  /**
   * Reads a migration.
   *
   * @param config its {@code .sql.conf}, Flyway's settings for the file
   * @throws ScriptRefused with Flyway's reason
   */
  public static MigrationScript parse(String sql, Optional<String> config) {
    return parse(sql, config, false);
  }

  /**
   * {@link #parse(String, Optional)}.
   *
   * @param mixed whether transactional and non-transactional statements may be mixed
   */
  static MigrationScript parse(String sql, Optional<String> config, boolean mixed) {
    Configuration configuration =
        new FluentConfiguration(MigrationScript.class.getClassLoader())
            .placeholderReplacement(placeholdersReplaced(config));
    List<Statement> statements = new ArrayList<>();
    try {
      ParserSqlScript script =
          new ParserSqlScript(
              new StatementParser(configuration),
              new StringResource(sql),
              config.map(StringResource::new).orElse(null),
              mixed);
      boolean transactional = script.executeInTransaction();
      try (SqlStatementIterator parsed = script.getSqlStatements()) {
        for (SqlStatement next = parsed.next(); next != null; next = parsed.next()) {
          statements.add(
              new Statement(
                  next.getLineNumber(),
                  next.getSql(),
                  next instanceof RowsStatement rows
                      ? Optional.of(rows.rows())
                      : Optional.empty()));
        }
      }
      return new MigrationScript(List.copyOf(statements), transactional);
    } catch (FlywayException e) {
      throw refused(e);
    }
  }

  /**
   * Whether Flyway replaces placeholders in a file.
   *
   * @param config its {@code .sql.conf}
   * @throws ScriptRefused with Flyway's reason, or if the file's encoding is not UTF-8
   */
  public static boolean placeholdersReplaced(Optional<String> config) {
    if (config.isEmpty()) {
      return true;
    }
    SqlScriptMetadata settings;
    try {
      settings =
          SqlScriptMetadata.fromResource(
              new StringResource(config.get()),
              null,
              new FluentConfiguration(MigrationScript.class.getClassLoader()));
    } catch (FlywayException e) {
      throw refused(e);
    }
    if (settings.encoding() != null && !settings.encoding().equalsIgnoreCase("UTF-8")) {
      throw new ScriptRefused(
          0, "encoding=%s is not possible: files are UTF-8".formatted(settings.encoding()));
    }
    return settings.placeholderReplacement() == null || settings.placeholderReplacement();
  }

  /** Whether it has rows of COPY. */
  public boolean copiesRows() {
    return statements.stream().anyMatch(statement -> statement.rows().isPresent());
  }

  /** Whether it may create or use deferred constraints. */
  public boolean defersConstraints() {
    return statements.stream().anyMatch(statement -> DEFERRED.matcher(statement.sql()).find());
  }

  private static ScriptRefused refused(FlywayException failure) {
    Throwable reason = failure;
    while (reason.getCause() instanceof FlywayException cause) {
      reason = cause;
    }
    String message = String.valueOf(reason.getMessage()).strip();
    Matcher withStatement = WITH_STATEMENT.matcher(message);
    Matcher line = LINE.matcher(String.valueOf(failure.getMessage()));
    return new ScriptRefused(
        line.find() ? Integer.parseInt(line.group(1)) : 0,
        withStatement.matches() ? withStatement.group(1) : message);
  }
}
