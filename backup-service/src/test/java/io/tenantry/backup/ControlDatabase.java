package io.tenantry.backup;

import io.tenantry.localstack.LocalStack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The control database, seen by its superuser. */
public final class ControlDatabase {

  public static final String NAME = "tenantry_control";

  private ControlDatabase() {}

  /** Runs a statement. */
  public static void execute(String sql, Object... parameters) {
    try (Connection connection = LocalStack.shared().postgres().borrow(NAME);
        PreparedStatement statement = prepare(connection, sql, parameters)) {
      statement.execute();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first column of a query. */
  public static List<String> column(String sql, Object... parameters) {
    try (Connection connection = LocalStack.shared().postgres().borrow(NAME);
        PreparedStatement query = prepare(connection, sql, parameters);
        ResultSet rows = query.executeQuery()) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }
}
