package io.tenantry.backup.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.parser.ParsingContext;
import org.flywaydb.core.internal.resource.StringResource;
import org.flywaydb.core.internal.sqlscript.SqlStatement;
import org.flywaydb.core.internal.sqlscript.SqlStatementIterator;
import org.flywaydb.database.postgresql.PostgreSQLParser;

/**
 * A migration's statements, told apart by Flyway's own parser, so that the same are run outside a
 * transaction as Flyway runs so.
 *
 * @param statements each without its semicolon
 * @param transactional whether they run in one transaction
 */
record Statements(List<String> statements, boolean transactional) {

  /** The parser knows no server, and takes it for one of before version 12, which refused this. */
  private static final Pattern ALTER_TYPE =
      Pattern.compile("\\s*ALTER\\s+TYPE\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern COPY =
      Pattern.compile(
          "\\s*COPY\\b.*\\bFROM\\s+STDIN\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern OUTSIDE =
      Pattern.compile("(?m)^\\s*executeInTransaction\\s*[=:]\\s*false\\s*$");

  /** Whether rows stand among the statements, which only psql and Flyway send on. */
  boolean copiesRows() {
    return statements.stream().anyMatch(sql -> COPY.matcher(sql).matches());
  }

  /**
   * Reads a migration.
   *
   * @param config its {@code .sql.conf}
   */
  static Statements of(String sql, Optional<String> config) {
    Configuration configuration =
        new FluentConfiguration(Statements.class.getClassLoader()).placeholderReplacement(false);
    List<String> statements = new ArrayList<>();
    boolean transactional = config.filter(text -> OUTSIDE.matcher(text).find()).isEmpty();
    try (SqlStatementIterator parsed =
        new PostgreSQLParser(configuration, new ParsingContext()).parse(new StringResource(sql))) {
      while (parsed.hasNext()) {
        SqlStatement statement = parsed.next();
        statements.add(statement.getSql());
        transactional &=
            statement.canExecuteInTransaction() || ALTER_TYPE.matcher(statement.getSql()).matches();
      }
    }
    return new Statements(List.copyOf(statements), transactional);
  }
}
