package io.tenantry.ingestion;

import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.localstack.LocalStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;

/**
 * Tenants as tenant-service makes them, without it: by its own migrations of the control database
 * and of the blueprint, in databases of their own with roles of their own.
 */
public final class Tenants {

  private static final Path TENANT_SERVICE = Path.of("../tenant-service/src/main/resources");
  private static final String CONTROL = "tenantry_control";
  private static final String TEMPLATE = "tenant_template";

  private final LocalStack stack;

  public Tenants(LocalStack stack) {
    this.stack = stack;
    migrate();
    prepareCluster();
  }

  /**
   * A tenant.
   *
   * @param key an API key with the scopes read and write
   */
  public record Tenant(UUID id, String key, String database) {}

  private void migrate() {
    Flyway.configure()
        .dataSource(
            stack.postgres().jdbcUrl(CONTROL),
            "tenant_service",
            stack.environment().get("CONTROL_DATABASE_PASSWORD"))
        .defaultSchema("control_plane")
        .createSchemas(false)
        .locations("filesystem:" + TENANT_SERVICE.resolve("db/control"))
        .load()
        .migrate();
  }

  private void prepareCluster() {
    sql(
        CONTROL,
        """
        INSERT INTO control_plane.clusters (name, region, host, port, ssl_mode, admin_user, capacity)
        VALUES ('default', 'us-east-1', '%s', %d, 'prefer', 'tenantry_admin', 100000)
        ON CONFLICT DO NOTHING
        """
            .formatted(stack.postgres().host(), stack.postgres().port()),
        """
        INSERT INTO control_plane.encryption_keys (key_id) VALUES (1) ON CONFLICT DO NOTHING
        """);
    if (query(CONTROL, "SELECT datname FROM pg_database WHERE datname = ?", TEMPLATE).isEmpty()) {
      sql("postgres", "CREATE DATABASE " + TEMPLATE);
      sql(TEMPLATE, blueprint());
    }
  }

  private static String[] blueprint() {
    try (Stream<Path> files = Files.list(TENANT_SERVICE.resolve("blueprints/car/migrations"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("V"))
          .sorted(Comparator.comparing(file -> file.getFileName().toString()))
          .map(Tenants::text)
          .toArray(String[]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<Tenant> create(int count) {
    return IntStream.range(0, count).mapToObj(i -> create()).toList();
  }

  /** Makes an active tenant. */
  public Tenant create() {
    UUID id = UUID.randomUUID();
    String name = "car_" + id.toString().replace('-', '_');
    sql("postgres", "CREATE DATABASE %s TEMPLATE %s STRATEGY WAL_LOG".formatted(name, TEMPLATE));
    sql(
        name,
        "CREATE ROLE %1$s LOGIN PASSWORD '%1$s'".formatted(name),
        "REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(name),
        "GRANT CONNECT ON DATABASE %1$s TO %1$s".formatted(name),
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + name,
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO " + name);
    String url =
        "postgresql://%1$s:%1$s@%2$s:%3$d/%1$s?sslmode=prefer"
            .formatted(name, stack.postgres().host(), stack.postgres().port());
    byte[] encrypted =
        KeyRing.of(stack.environment().get("ENCRYPTION_KEY"), List.of())
            .encrypt(url, id.toString());
    sql(
        CONTROL,
        """
        INSERT INTO control_plane.tenants
          (tenant_id, name, environment, status, blueprint, blueprint_version, region)
        VALUES ('%1$s', '%1$s', 'production', 'active', 'car', '1', 'us-east-1')
        """
            .formatted(id),
        """
        INSERT INTO control_plane.tenant_databases
          (tenant_id, cluster, host, port, database_name, role_name, connection_string_encrypted,
            encryption_key_id)
        VALUES ('%s', 'default', '%s', %d, '%s', '%s', decode('%s', 'hex'), 1)
        """
            .formatted(
                id,
                stack.postgres().host(),
                stack.postgres().port(),
                name,
                name,
                HexFormat.of().formatHex(encrypted)));
    return new Tenant(id, addKey(id, "read", "write"), name);
  }

  /** Gives a tenant another API key. */
  public String addKey(UUID tenant, String... scopes) {
    String key =
        "nm_%d_%s%s"
            .formatted(
                System.currentTimeMillis(),
                UUID.randomUUID().toString().replace("-", ""),
                "0123456789abcdef");
    sql(
        CONTROL,
        """
        INSERT INTO control_plane.api_keys (key_id, tenant_id, name, prefix, key_hash, scopes)
        VALUES (gen_random_uuid(), '%s', 'key', 'nm', decode('%s', 'hex'), '{%s}')
        """
            .formatted(tenant, HexFormat.of().formatHex(sha256(key)), String.join(",", scopes)));
    return key;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sets what the registry says of a tenant. */
  public void setStatus(Tenant tenant, String status) {
    sql(
        CONTROL,
        """
        UPDATE control_plane.tenants
        SET status = '%1$s', deleted_at = CASE '%1$s' WHEN 'deleted' THEN now() END
        WHERE tenant_id = '%2$s'
        """
            .formatted(status, tenant.id()));
  }

  /** Lets nobody into a tenant's database and ends who is in it. */
  public void stopDatabase(Tenant tenant) {
    sql(
        "postgres",
        "ALTER DATABASE %s ALLOW_CONNECTIONS false".formatted(tenant.database()),
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'"
            .formatted(tenant.database()));
  }

  public void startDatabase(Tenant tenant) {
    sql("postgres", "ALTER DATABASE %s ALLOW_CONNECTIONS true".formatted(tenant.database()));
  }

  /** Runs statements as superuser, each alone. */
  public void sql(String database, String... statements) {
    try (Connection connection = stack.postgres().borrow(database);
        Statement statement = connection.createStatement()) {
      for (String text : statements) {
        statement.execute(text);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs a query as superuser; each row's first column. */
  public List<String> query(String database, String query, Object... parameters) {
    try (Connection connection = stack.postgres().borrow(database);
        PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      List<String> column = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          column.add(rows.getString(1));
        }
      }
      return column;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The ids of the events that a tenant's database has, in their order. */
  public List<String> inbox(Tenant tenant) {
    return query(tenant.database(), "SELECT event_id FROM inbox_events ORDER BY position");
  }
}
