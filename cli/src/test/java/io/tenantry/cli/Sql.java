package io.tenantry.cli;

import io.tenantry.localstack.LocalStack;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Sessions in a tenant's database. */
public final class Sql {

  private Sql() {}

  /** As the tenant itself, by its connection string. */
  public static Connection connect(String connectionString) throws SQLException {
    URI uri = URI.create(connectionString);
    List<String> login = List.of(uri.getRawUserInfo().split(":", 2));
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d%s?%s"
            .formatted(
                uri.getHost(),
                uri.getPort(),
                uri.getPath(),
                uri.getRawQuery() == null ? "" : uri.getRawQuery()),
        login.get(0),
        URLDecoder.decode(login.get(1), StandardCharsets.UTF_8));
  }

  /** As the superuser, in the database that tenantctl tells. */
  public static Connection asSuperuser(Ctl ctl, String tenant) throws SQLException {
    return LocalStack.shared()
        .postgres()
        .connect(
            ctl.run("tenants", "show", tenant, "-o", "json")
                .ok()
                .json()
                .path("database")
                .path("name")
                .asText());
  }

  /** Runs a statement, and ends the session. */
  public static void execute(Connection session, String sql) throws SQLException {
    try (session;
        Statement statement = session.createStatement()) {
      statement.execute(sql);
    }
  }
}
