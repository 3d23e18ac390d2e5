package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import io.tenantry.localstack.PortChoice;
import java.util.Locale;
import java.util.Map;

/** Where each server of the local start listens. */
record Ports(
    PortChoice.Given postgres,
    PortChoice.Given kafka,
    PortChoice.Given tenant,
    PortChoice.Given ingestion,
    PortChoice.Given backup) {

  /**
   * The ports of {@code TENANTRY_…_PORT}, as the script passes its options on, or the usual ones.
   *
   * @throws LocalStackException when one is no port
   */
  static Ports from(Map<String, String> environment) {
    return new Ports(
        port(environment, "postgres", 15432),
        port(environment, "kafka", 19092),
        port(environment, "tenant", 8081),
        port(environment, "ingestion", 8082),
        port(environment, "backup", 8083));
  }

  private static PortChoice.Given port(Map<String, String> environment, String name, int usual) {
    String variable = "TENANTRY_" + name.toUpperCase(Locale.ROOT) + "_PORT";
    String option = "--" + name + "-port or " + variable;
    String value = environment.getOrDefault(variable, "");
    try {
      return new PortChoice.Given(value.isBlank() ? usual : Integer.parseInt(value), option);
    } catch (IllegalArgumentException e) {
      throw new LocalStackException(
          "a port is a number from 1 to 65535, not '" + value + "' (" + option + ")", e);
    }
  }

  PortChoice.Given of(ServiceName service) {
    return switch (service) {
      case TENANT -> tenant;
      case INGESTION -> ingestion;
      case BACKUP -> backup;
    };
  }

  /**
   * Fails early, before anything is started.
   *
   * @throws LocalStackException when one is taken, with its option
   */
  void requireFree() {
    postgres.resolve("PostgreSQL");
    kafka.resolve("Kafka");
    for (ServiceName service : ServiceName.values()) {
      of(service).resolve(service.module());
    }
  }
}
