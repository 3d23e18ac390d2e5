package io.tenantry.kernel.tenant;

import io.vertx.pgclient.PgConnectOptions;
import java.net.URI;

/**
 * How a tenant logs in, {@code postgresql://role:password@host:port/database?sslmode=…}, as libpq
 * and most drivers read it. Role and password need no escaping. Never logged: what it prints has no
 * password.
 */
public record ConnectionString(String url) {

  /** The options of the reactive client. */
  public PgConnectOptions connectOptions() {
    return PgConnectOptions.fromUri(url).setTrustAll(true);
  }

  /** The password in it. */
  public String password() {
    String userInfo = URI.create(url).getUserInfo();
    return userInfo.substring(userInfo.indexOf(':') + 1);
  }

  @Override
  public String toString() {
    URI uri = URI.create(url);
    return "%s://%s:%d%s".formatted(uri.getScheme(), uri.getHost(), uri.getPort(), uri.getPath());
  }
}
