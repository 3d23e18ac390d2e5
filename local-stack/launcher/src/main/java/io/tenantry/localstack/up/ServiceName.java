package io.tenantry.localstack.up;

/** The services of Tenantry. */
enum ServiceName {
  TENANT("tenant-service"),
  INGESTION("ingestion-service"),
  BACKUP("backup-service");

  private final String module;

  ServiceName(String module) {
    this.module = module;
  }

  /** The service's module, which is also its name. */
  String module() {
    return module;
  }
}
