package io.tenantry.operator.tenant;

import io.tenantry.operator.api.TenantApi.Connection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The content of a Secret with a connection, by the specification of servicebinding.io. */
final class BindingSecret {

  /** The type of the Secret. */
  static final String TYPE = "servicebinding.io/postgresql";

  /** The entries that every such Secret has. */
  static final Set<String> ENTRIES =
      Set.of(
          "type",
          "provider",
          "host",
          "port",
          "database",
          "username",
          "password",
          "uri",
          "jdbc-url",
          "sslmode");

  private static final Pattern URL =
      Pattern.compile(
          "postgresql://(?<username>[^:@/]+):(?<password>[^:@/]+)@(?<authority>(?:\\[(?<address>[^]]+)]"
              + "|(?<host>[^:/\\[]+)):(?<port>\\d+))/(?<database>[^?]+)(?:\\?(?<query>.*))?");
  private static final Pattern SSL_MODE = Pattern.compile("(?:^|&)sslmode=([^&]+)");

  private BindingSecret() {}

  /** The entries of a Secret for a connection. */
  static Map<String, String> of(Connection connection) {
    String uri = connection.connectionString();
    Matcher url = URL.matcher(uri);
    if (!url.matches()) {
      throw new IllegalArgumentException("tenant-service returned no connection string");
    }
    Optional<String> query = Optional.ofNullable(url.group("query"));
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("type", "postgresql");
    entries.put("provider", "tenantry");
    entries.put(
        "host", Optional.ofNullable(url.group("host")).orElseGet(() -> url.group("address")));
    entries.put("port", url.group("port"));
    entries.put("database", url.group("database"));
    entries.put("username", url.group("username"));
    entries.put("password", url.group("password"));
    entries.put("uri", uri);
    entries.put(
        "jdbc-url",
        "jdbc:postgresql://"
            + url.group("authority")
            + "/"
            + url.group("database")
            + query.map(text -> "?" + text).orElse(""));
    entries.put(
        "sslmode",
        query
            .map(SSL_MODE::matcher)
            .filter(Matcher::find)
            .map(found -> found.group(1))
            .orElse("prefer"));
    Optional.ofNullable(connection.sslRootCertificate())
        .ifPresent(certificate -> entries.put("ca.crt", certificate));
    return entries;
  }
}
