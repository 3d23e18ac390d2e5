package io.tenantry.cli;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/** What a tenant does with its connection string. */
final class Sql {

  private Sql() {}

  static Connection connect(String connectionString) throws SQLException {
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
}
