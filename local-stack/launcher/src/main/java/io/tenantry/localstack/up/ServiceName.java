package io.tenantry.localstack.up;

import java.util.List;

/** The programs of Tenantry. */
enum ServiceName {
  TENANT("tenant-service"),
  INGESTION("ingestion-service"),
  BACKUP("backup-service"),
  CONSOLE("console"),
  OPERATOR("operator");

  /**
   * Those of each installation; the console is their client, and the operator is for those with
   * Kubernetes.
   */
  static final List<ServiceName> SERVICES = List.of(TENANT, INGESTION, BACKUP);

  private final String module;

  ServiceName(String module) {
    this.module = module;
  }

  /** The service's module, which is also its name. */
  String module() {
    return module;
  }
}
