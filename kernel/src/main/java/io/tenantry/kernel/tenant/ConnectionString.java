package io.tenantry.kernel.tenant;

import io.tenantry.kernel.db.PostgresLogin;
import io.tenantry.kernel.db.ServerTls;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tenant's login, {@code postgresql://role:password@host:port/database?sslmode=…}, in the format
 * of libpq and most drivers. Role and password need no escaping. {@code toString} omits the
 * password.
 */
public record ConnectionString(String url) {

  // java.net.URI does not accept an underscore in a host name.
  private static final Pattern URL =
      Pattern.compile(
          "postgresql://(?<role>[^:@/]+):(?<password>[^:@/]+)"
              + "@(?:\\[(?<address>[^]]+)]|(?<host>[^:/\\[]+)):(?<port>\\d+)"
              + "/(?<database>[^?]+)(?:\\?sslmode=(?<sslmode>.+))?");

  private static final String DEFAULT_SSL_MODE = "prefer";

  /** Builds it from its parts; an IPv6 address as host is put in brackets. */
  static ConnectionString of(
      String host, int port, String database, String role, String password, String sslMode) {
    return new ConnectionString(
        "postgresql://%s:%s@%s:%d/%s?sslmode=%s"
            .formatted(
                role,
                password,
                host.indexOf(':') < 0 ? host : '[' + host + ']',
                port,
                database,
                sslMode));
  }

  /** This login at another address. */
  public ConnectionString at(String host, int port, String sslMode) {
    return of(host, port, part("database"), part("role"), password(), sslMode);
  }

  /** Whether it requires a check of the server's certificate. */
  public boolean verifiesServer() {
    return ServerTls.verifies(sslMode());
  }

  /**
   * The login that it describes.
   *
   * @param rootCertificates to check the server's certificate, in PEM; ignored if no check is
   *     required
   * @throws ServerTls.InvalidServerTls if a check is required and there are none
   */
  public PostgresLogin login(Optional<String> rootCertificates) {
    return new PostgresLogin(
        host(),
        Integer.parseInt(part("port")),
        part("database"),
        part("role"),
        password(),
        ServerTls.of(sslMode(), rootCertificates.filter(pem -> verifiesServer())));
  }

  /** The password in it. */
  public String password() {
    return part("password");
  }

  private String host() {
    return Optional.ofNullable(part("host")).orElseGet(() -> part("address"));
  }

  private String sslMode() {
    return Optional.ofNullable(part("sslmode")).orElse(DEFAULT_SSL_MODE);
  }

  private String part(String name) {
    Matcher matcher = URL.matcher(url);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a connection string of a tenant");
    }
    return matcher.group(name);
  }

  @Override
  public String toString() {
    return "postgresql://%s:%s/%s".formatted(host(), part("port"), part("database"));
  }
}
