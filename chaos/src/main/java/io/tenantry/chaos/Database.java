package io.tenantry.chaos;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Reads databases as the superuser, past all relays. */
final class Database {

  static final String CONTROL = "tenantry_control";
  static final String MAINTENANCE = "postgres";

  private final Installation installation;

  Database(Installation installation) {
    this.installation = installation;
  }

  /** The first column of a query. */
  List<String> column(String database, String query) {
    try (Connection connection = installation.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(database + ": " + e.getMessage(), e);
    }
  }

  /** The first column of a query in the control database. */
  List<String> control(String query) {
    return column(CONTROL, query);
  }

  /** Runs a statement in the control database. */
  void execute(String sql) {
    try (Connection connection = installation.connect(CONTROL);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
