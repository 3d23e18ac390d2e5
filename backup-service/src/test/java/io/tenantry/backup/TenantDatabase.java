package io.tenantry.backup;

import io.tenantry.localstack.LocalStack;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A tenant's database, seen by the cluster's superuser. */
public final class TenantDatabase {

  private TenantDatabase() {}

  /** Runs a script. */
  public static void execute(TestTenant tenant, String script) {
    try (Connection connection = LocalStack.shared().postgres().connect(tenant.database());
        Statement statement = connection.createStatement()) {
      statement.execute(script);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first column of a query. */
  public static List<String> column(TestTenant tenant, String query) {
    try (Connection connection = LocalStack.shared().postgres().connect(tenant.database());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
