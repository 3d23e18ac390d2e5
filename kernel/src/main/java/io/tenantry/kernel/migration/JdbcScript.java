package io.tenantry.kernel.migration;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * Runs scripts over JDBC, which can send the rows of COPY. Flyway finds the driver's classes for
 * that by name.
 */
@RegisterForReflection(targets = {CopyManager.class, BaseConnection.class})
public final class JdbcScript {

  /** Sends scripts to the server unchanged: the driver would split some of them at semicolons. */
  public static final PreferQueryMode QUERY_MODE = PreferQueryMode.SIMPLE;

  private JdbcScript() {}

  /** Runs the parts one after the other. */
  public static void run(Connection connection, List<ScriptPart> parts) throws SQLException {
    for (ScriptPart part : parts) {
      run(connection, part);
    }
  }

  /** Runs a part. */
  public static void run(Connection connection, ScriptPart part) throws SQLException {
    if (part.rows().isEmpty()) {
      try (Statement statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        statement.execute(part.sql());
      }
      return;
    }
    try {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(part.sql(), new StringReader(part.rows().get()));
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot be read", e);
    }
  }
}
