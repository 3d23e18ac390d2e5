package io.tenantry.benchmarks;

import io.tenantry.localstack.LocalStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The baseline for provisioning: CREATE DATABASE from the same template, CREATE ROLE, connect as
 * the role, SELECT 1. It uses JDBC, with an open admin session per worker.
 */
final class ProvisioningBaseline implements AutoCloseable {

  private final LocalStack stack;
  private final String template;
  private final List<Connection> admins = new ArrayList<>();
  private final Queue<String> created = new ConcurrentLinkedQueue<>();

  ProvisioningBaseline(LocalStack stack, String template, int workers) throws SQLException {
    this.stack = stack;
    this.template = template;
    for (int i = 0; i < workers; i++) {
      admins.add(stack.postgres().connect("postgres"));
    }
  }

  void provision(int worker) throws SQLException {
    String name = "raw_" + UUID.randomUUID().toString().replace('-', '_');
    try (Statement admin = admins.get(worker).createStatement()) {
      admin.execute(
          "CREATE DATABASE %s TEMPLATE %s STRATEGY WAL_LOG CONNECTION LIMIT 20"
              .formatted(name, template));
      admin.execute("CREATE ROLE %1$s LOGIN PASSWORD '%1$s'".formatted(name));
    }
    created.add(name);
    try (Connection tenant =
            DriverManager.getConnection(stack.postgres().jdbcUrl(name), name, name);
        Statement statement = tenant.createStatement()) {
      statement.execute("SELECT 1");
    }
  }

  /** Drops all databases and roles it created. */
  void clear() throws SQLException {
    try (Statement admin = admins.getFirst().createStatement()) {
      for (String name = created.poll(); name != null; name = created.poll()) {
        admin.execute("DROP DATABASE %s WITH (FORCE)".formatted(name));
        admin.execute("DROP ROLE " + name);
      }
      admin.execute("CHECKPOINT");
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection admin : admins) {
      admin.close();
    }
  }
}
