package io.tenantry.kernel.migration;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.internal.parser.ParserContext;
import org.flywaydb.core.internal.parser.ParsingContext;
import org.flywaydb.core.internal.parser.PeekingReader;
import org.flywaydb.core.internal.parser.Recorder;
import org.flywaydb.core.internal.parser.StatementType;
import org.flywaydb.core.internal.parser.Token;
import org.flywaydb.core.internal.sqlscript.Delimiter;
import org.flywaydb.core.internal.sqlscript.ParsedSqlStatement;
import org.flywaydb.database.postgresql.PostgreSQLParser;
import org.jspecify.annotations.Nullable;

/**
 * Flyway's parser, extended to return the rows of a COPY. Flyway's own discards them, and never
 * returns if the line that ends them is missing.
 */
final class StatementParser extends PostgreSQLParser {

  /** The pattern of Flyway's parser. */
  private static final Pattern COPY_FROM_STDIN = Pattern.compile("COPY( .*)? FROM STDIN");

  private static final StatementType ROWS = new StatementType();

  StatementParser(Configuration configuration) {
    super(configuration, new ParsingContext());
  }

  @Override
  protected StatementType detectStatementType(
      String simplified, ParserContext context, PeekingReader reader) {
    return COPY_FROM_STDIN.matcher(simplified).matches() ? ROWS : StatementType.UNKNOWN;
  }

  /** Without a connection, Flyway would assume a server before version 12. */
  @Override
  protected @Nullable Boolean detectCanExecuteInTransaction(
      String simplified, List<Token> keywords) {
    return simplified.startsWith("ALTER TYPE")
        ? null
        : super.detectCanExecuteInTransaction(simplified, keywords);
  }

  @Override
  protected ParsedSqlStatement createStatement(
      PeekingReader reader,
      Recorder recorder,
      int position,
      int line,
      int column,
      int nonCommentPosition,
      int nonCommentLine,
      int nonCommentColumn,
      StatementType type,
      boolean canExecuteInTransaction,
      Delimiter delimiter,
      String sql,
      List<Token> tokens,
      boolean batchable)
      throws IOException {
    int comments = Math.clamp((long) nonCommentPosition - position, 0, sql.length());
    if (type == ROWS) {
      return new RowsStatement(
          nonCommentPosition,
          nonCommentLine,
          nonCommentColumn,
          sql.substring(comments),
          readRows(reader, nonCommentLine));
    }
    return super.createStatement(
        reader,
        recorder,
        position,
        line,
        column,
        nonCommentPosition,
        nonCommentLine,
        nonCommentColumn,
        type,
        canExecuteInTransaction,
        delimiter,
        sql,
        tokens,
        batchable);
  }

  private static String readRows(PeekingReader reader, int line) throws IOException {
    // Skips the rest of the line after the semicolon.
    reader.readUntilIncluding('\n');
    StringBuilder rows = new StringBuilder();
    while (true) {
      String row = reader.readUntilIncluding('\n');
      if (row.isEmpty()) {
        throw new FlywayException(
            "The rows of the COPY do not end with a line \\., which begins at line %d: COPY"
                .formatted(line));
      }
      if (row.trim().equals("\\.")) {
        return rows.toString();
      }
      rows.append(row);
    }
  }
}
