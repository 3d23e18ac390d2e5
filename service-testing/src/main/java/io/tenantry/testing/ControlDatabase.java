package io.tenantry.testing;

import io.tenantry.localstack.LocalStack;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Access to the control database as superuser. */
public final class ControlDatabase {

  public static final String NAME = "tenantry_control";

  private ControlDatabase() {}

  /** Runs a statement. */
  public static void execute(String sql, @Nullable Object... parameters) {
    Session.executeWith(ControlDatabase::open, sql, parameters);
  }

  /** The first column of a query. */
  public static List<String> column(String sql, @Nullable Object... parameters) {
    return Session.column(ControlDatabase::open, sql, parameters);
  }

  private static Connection open() throws SQLException {
    return LocalStack.shared().postgres().borrow(NAME);
  }
}
