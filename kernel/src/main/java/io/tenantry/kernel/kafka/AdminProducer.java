package io.tenantry.kernel.kafka;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** The one admin client of a service. It connects when it is used; the broker may come later. */
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
