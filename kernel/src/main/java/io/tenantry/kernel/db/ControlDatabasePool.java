package io.tenantry.kernel.db;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Creates the pool that Quarkus configures, with TLS as for clusters. JDBC gets the same settings
 * through its URL.
 */
@Singleton
final class ControlDatabasePool implements PgPoolCreator {

  private final Config config;
  private volatile @Nullable Pool lockPool;

  ControlDatabasePool(Config config) {
    this.config = config;
  }

  @Override
  public Pool create(Input input) {
    ServerTls tls =
        ServerTls.configured(
            config.sslMode(), config.sslRootCert(), "CONTROL_DATABASE_SSL_ROOT_CERT");
    input.pgConnectOptionsList().forEach(tls::applyTo);
    lockPool = build(input, new PoolOptions(input.poolOptions()).setShared(false));
    return build(input, input.poolOptions());
  }

  /**
   * The connections of {@link ReplicaLocks}; the pool has the same size limit as the service's
   * pool.
   */
  Pool lockPool() {
    Pool created = lockPool;
    if (created == null) {
      throw new IllegalStateException("Quarkus has not created the pool yet");
    }
    return created;
  }

  private static Pool build(Input input, PoolOptions options) {
    return PgBuilder.pool()
        .with(options)
        .connectingTo(List.<SqlConnectOptions>copyOf(input.pgConnectOptionsList()))
        .using(input.vertx())
        .build();
  }

  @ConfigMapping(prefix = "tenantry.control-database.tls")
  interface Config {

    /** libpq's sslmode for all connections ({@code CONTROL_DATABASE_SSL_MODE}). */
    @WithDefault("disable")
    String sslMode();

    /**
     * A file in PEM with what {@code verify-ca} and {@code verify-full} trust ({@code
     * CONTROL_DATABASE_SSL_ROOT_CERT}).
     */
    Optional<Path> sslRootCert();
  }
}
