package io.tenantry.benchmarks;

import io.tenantry.localstack.LocalStack;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Runs SQL on the stack's PostgreSQL as superuser, for figures that no service shows. */
record Queries(LocalStack stack) {

  static final String CONTROL = "tenantry_control";

  /** Runs scripts on the control database, one after the other in one session. */
  void execute(String... scripts) throws SQLException {
    try (Connection connection = stack.postgres().connect(CONTROL);
        Statement statement = connection.createStatement()) {
      for (String script : scripts) {
        statement.execute(script);
      }
    }
  }

  /** The first column of a query's result on the control database. */
  List<String> column(String query) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = stack.postgres().connect(CONTROL);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  /** The value of a query that has one row. */
  String text(String query) throws SQLException {
    return column(query).getFirst();
  }

  /** The number in the row of a query. */
  long number(String query) throws SQLException {
    return Long.parseLong(text(query));
  }
}
