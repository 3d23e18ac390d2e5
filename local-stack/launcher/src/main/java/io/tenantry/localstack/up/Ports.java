package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import io.tenantry.localstack.PortChoice;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The ports of the servers of the local start. */
record Ports(
    PortChoice.Given postgres,
    PortChoice.Given kafka,
    PortChoice.Given tenant,
    PortChoice.Given ingestion,
    PortChoice.Given backup,
    PortChoice.Given console,
    PortChoice.Given operator) {

  /**
   * Reads the ports from {@code TENANTRY_…_PORT}, in which the script passes its options, or uses
   * the default ones.
   *
   * @throws LocalStackException if a value is not a port
   */
  static Ports from(Map<String, String> environment) {
    return new Ports(
        port(environment, "postgres", 15432),
        port(environment, "kafka", 19092),
        port(environment, "tenant", 8081),
        port(environment, "ingestion", 8082),
        port(environment, "backup", 8083),
        port(environment, "console", 8080),
        port(environment, "operator", 8084));
  }

  private static PortChoice.Given port(
      Map<String, String> environment, String name, int defaultPort) {
    String variable = "TENANTRY_" + name.toUpperCase(Locale.ROOT) + "_PORT";
    String option = "--" + name + "-port or " + variable;
    String value = environment.getOrDefault(variable, "");
    try {
      return new PortChoice.Given(value.isBlank() ? defaultPort : Integer.parseInt(value), option);
    } catch (IllegalArgumentException e) {
      throw new LocalStackException(
          "a port must be a number from 1 to 65535, not '" + value + "' (" + option + ")", e);
    }
  }

  PortChoice.Given of(ServiceName service) {
    return switch (service) {
      case TENANT -> tenant;
      case INGESTION -> ingestion;
      case BACKUP -> backup;
      case CONSOLE -> console;
      case OPERATOR -> operator;
    };
  }

  /**
   * Checks the ports of the servers and of these services before anything is started.
   *
   * @throws LocalStackException if a port is in use, with its option
   */
  void requireFree(List<ServiceName> services) {
    postgres.resolve("PostgreSQL");
    kafka.resolve("Kafka");
    for (ServiceName service : services) {
      of(service).resolve(service.module());
    }
  }
}
