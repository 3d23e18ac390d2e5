package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.error.ErrorCode;
import java.util.Locale;

/** The steps of provisioning, in their order. */
enum StepName {
  /** A home from the warm pool, in place of the steps that make one. */
  CLAIM(ErrorCode.ACTIVATION_FAILED),
  /** The tenant's login role. */
  ROLE(ErrorCode.ROLE_CREATION_FAILED),
  /** The tenant's database, cloned from the golden template. */
  DATABASE(ErrorCode.DATABASE_CREATION_FAILED),
  /** The role let into the database, and nobody else. */
  GRANTS(ErrorCode.DATABASE_CREATION_FAILED),
  /** The tenant's role and its schema with all that is in it, in one transaction. */
  SCHEMA(ErrorCode.SCHEMA_CREATION_FAILED),
  /** A login as the tenant. */
  VERIFICATION(ErrorCode.DATABASE_VERIFICATION_FAILED),
  /** The services told of the tenant. */
  SERVICES(ErrorCode.SERVICE_REGISTRATION_FAILED),
  /** Connection string, services, keys, state and event, recorded in one transaction. */
  ACTIVATION(ErrorCode.ACTIVATION_FAILED);

  private final ErrorCode failure;

  StepName(ErrorCode failure) {
    this.failure = failure;
  }

  /** The code of an error in this step. */
  ErrorCode failure() {
    return failure;
  }

  /** As the database and the API write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
