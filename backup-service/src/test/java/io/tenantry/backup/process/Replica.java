package io.tenantry.backup.process;

import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ServiceProcess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The packaged service in a process of its own, with a folder for its backups. */
final class Replica {

  private Replica() {}

  /** Starts it and waits until it is ready. */
  static ServiceProcess start(Map<String, String> changes) {
    return ServiceProcess.start(with(changes));
  }

  /** Starts some with the same settings at the same time and waits until all are ready. */
  static List<ServiceProcess> start(int count, Map<String, String> changes) {
    List<ServiceProcess> services = Stream.generate(() -> launch(changes)).limit(count).toList();
    services.forEach(service -> service.awaitStatus("/q/health/ready", 200));
    return services;
  }

  /**
   * The setting of a consumer group of its own: in that of all services, members that were killed
   * keep their partitions until their sessions time out.
   */
  static Map<String, String> ownGroup() {
    return Map.of(
        "MP_MESSAGING_CONNECTOR_SMALLRYE_KAFKA_GROUP_ID", "backup-service-" + UUID.randomUUID());
  }

  /** Starts it without waiting. */
  static ServiceProcess launch(Map<String, String> changes) {
    return ServiceProcess.launch(with(changes));
  }

  private static Map<String, String> with(Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TENANT_BACKUP_PATH", StoresResource.FOLDER.toString());
    // Members of the consumer group hear of a rebalance with their next heartbeat.
    environment.put("MP_MESSAGING_CONNECTOR_SMALLRYE_KAFKA_HEARTBEAT_INTERVAL_MS", "300");
    environment.putAll(changes);
    return environment;
  }
}
