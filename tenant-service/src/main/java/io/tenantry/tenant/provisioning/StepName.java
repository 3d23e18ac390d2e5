package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.error.ErrorCode;
import java.util.Locale;

/** The steps of provisioning, in order. */
enum StepName {
  /** Claims an entry of the warm pool, which replaces the steps that create a database. */
  CLAIM(ErrorCode.ACTIVATION_FAILED),
  /** Creates the tenant's login role. */
  ROLE(ErrorCode.ROLE_CREATION_FAILED),
  /** Clones the tenant's database from the golden template. */
  DATABASE(ErrorCode.DATABASE_CREATION_FAILED),
  /** Grants CONNECT on the database to the tenant's roles only. */
  GRANTS(ErrorCode.DATABASE_CREATION_FAILED),
  /** Creates the tenant's role and schema, and fills the schema in one transaction. */
  SCHEMA(ErrorCode.SCHEMA_CREATION_FAILED),
  /** Logs in as the tenant. */
  VERIFICATION(ErrorCode.DATABASE_VERIFICATION_FAILED),
  /** Registers the tenant with its services. */
  SERVICES(ErrorCode.SERVICE_REGISTRATION_FAILED),
  /** Stores the connection string, services, keys, status and event in one transaction. */
  ACTIVATION(ErrorCode.ACTIVATION_FAILED);

  private final ErrorCode failure;

  StepName(ErrorCode failure) {
    this.failure = failure;
  }

  /** The error code of a failure in this step. */
  ErrorCode failure() {
    return failure;
  }

  /** The name in the database and the API. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
