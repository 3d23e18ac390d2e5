package io.tenantry.testing;

import io.tenantry.localstack.LocalStack;
import java.util.List;

/** Access to a tenant's database as the cluster's superuser. */
public final class TenantDatabase {

  private TenantDatabase() {}

  /** Runs scripts, each in its own transaction. */
  public static void execute(TestTenant tenant, String... scripts) {
    Session.execute(() -> LocalStack.shared().postgres().connect(tenant.database()), scripts);
  }

  /** The first column of a query. */
  public static List<String> column(TestTenant tenant, String query) {
    return Session.column(() -> LocalStack.shared().postgres().connect(tenant.database()), query);
  }

  /** The ids of the events in the tenant's inbox, in order. */
  public static List<String> inbox(TestTenant tenant) {
    return column(tenant, "SELECT event_id FROM inbox_events ORDER BY position");
  }

  /** Disallows connections to the database and terminates the open ones. */
  public static void stop(TestTenant tenant) {
    allowConnections(tenant, false);
    ControlDatabase.column(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ?",
        tenant.database());
  }

  /** Allows connections to the database again. */
  public static void start(TestTenant tenant) {
    allowConnections(tenant, true);
  }

  private static void allowConnections(TestTenant tenant, boolean allowed) {
    ControlDatabase.execute(
        "ALTER DATABASE %s ALLOW_CONNECTIONS %b".formatted(tenant.database(), allowed));
  }
}
