package io.tenantry.backup.process;

import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ServiceProcess;
import java.util.HashMap;
import java.util.Map;

/** The packaged service in a process of its own, with a folder for its backups. */
final class Replica {

  private Replica() {}

  /** Starts it and waits until it is ready. */
  static ServiceProcess start(Map<String, String> changes) {
    return ServiceProcess.start(with(changes));
  }

  /** Starts it without waiting. */
  static ServiceProcess launch(Map<String, String> changes) {
    return ServiceProcess.launch(with(changes));
  }

  private static Map<String, String> with(Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TENANT_BACKUP_PATH", StoresResource.FOLDER.toString());
    environment.putAll(changes);
    return environment;
  }
}
