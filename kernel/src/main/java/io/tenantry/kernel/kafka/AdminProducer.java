package io.tenantry.kernel.kafka;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * Produces the Kafka admin client of a service. It connects on first use, so the broker may start
 * later.
 */
final class AdminProducer {

  private static final Duration CLOSING = Duration.ofSeconds(2);

  @Produces
  @Singleton
  Admin admin(@Identifier("default-kafka-broker") Map<String, Object> kafka) {
    return Admin.create(kafka);
  }

  void close(@Disposes Admin admin) {
    admin.close(CLOSING);
  }
}
