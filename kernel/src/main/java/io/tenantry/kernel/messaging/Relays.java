package io.tenantry.kernel.messaging;

import io.smallrye.common.annotation.Identifier;
import io.tenantry.kernel.db.Database;
import jakarta.inject.Singleton;
import java.util.Map;

/** Creates relays. */
@Singleton
public final class Relays {

  private final Database database;
  private final OutboxConfig config;
  private final Map<String, Object> kafka;

  Relays(
      Database database,
      OutboxConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka) {
    this.database = database;
    this.config = config;
    this.kafka = kafka;
  }

  /**
   * A relay that is not started yet.
   *
   * @param name what it relays, for the log
   */
  public Relay create(String name, Relay.Source source) {
    return new Relay(name, database, config, kafka, source);
  }
}
