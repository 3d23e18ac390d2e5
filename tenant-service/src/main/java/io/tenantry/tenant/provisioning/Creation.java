package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.job.Job;
import io.tenantry.tenant.registry.Tenant;

/** The result of a request for a new tenant. */
sealed interface Creation {

  /** The tenant is active. */
  record Created(Tenant tenant) implements Creation {}

  /** A job provisions the tenant. */
  record Submitted(Job job) implements Creation {}

  /** An earlier request with the same external id created the tenant. */
  record Existing(Tenant tenant) implements Creation {}
}
