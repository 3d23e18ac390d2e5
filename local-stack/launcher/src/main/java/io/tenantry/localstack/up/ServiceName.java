package io.tenantry.localstack.up;

/** Tenantry's services. */
enum ServiceName {
  TENANT("tenant-service"),
  INGESTION("ingestion-service"),
  BACKUP("backup-service");

  private final String module;

  ServiceName(String module) {
    this.module = module;
  }

  /** The module that builds it, which is also what it is called. */
  String module() {
    return module;
  }
}
