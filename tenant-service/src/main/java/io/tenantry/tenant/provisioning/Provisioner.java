package io.tenantry.tenant.provisioning;

import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Provisions a tenant completely or rolls everything back. If this process fails, {@link
 * ProvisioningRecovery} of another replica rolls it back.
 */
@Singleton
final class Provisioner {

  private static final Logger LOG = Logger.getLogger(Provisioner.class);

  private final WarmPool pool;
  private final Reservations reservations;
  private final Steps steps;
  private final StepRunner runner;
  private final Leases leases;
  private final Clock clock;
  private final MeterRegistry metrics;

  Provisioner(
      WarmPool pool,
      Reservations reservations,
      Steps steps,
      StepRunner runner,
      Leases leases,
      Clock clock,
      MeterRegistry metrics) {
    this.pool = pool;
    this.reservations = reservations;
    this.steps = steps;
    this.runner = runner;
    this.leases = leases;
    this.clock = clock;
    this.metrics = metrics;
    // Registered before the first failure, so that its rate can be computed.
    List.of("Provisioned", "RolledBack")
        .forEach(outcome -> metrics.timer("tenantry.provisioning", "outcome", outcome));
  }

  /**
   * Provisions a registered tenant for a job. If it fails, the tenant is registered again.
   *
   * @throws TenantryException {@code TENANT_BUSY} if it is no longer registered, or {@code
   *     REGION_UNAVAILABLE}
   */
  Outcome provision(NewTenant tenant, Requester.JobRequester job) {
    return stepByStep(tenant, job);
  }

  /**
   * Provisions a tenant for a caller. It uses an entry of the warm pool if there is one; the tenant
   * then gets the entry's id.
   *
   * @param audit the entry of the audit log, written in the transaction that activates the tenant
   * @throws TenantryException {@code TENANT_NAME_TAKEN} or {@code REGION_UNAVAILABLE}, before
   *     anything was created
   */
  Outcome provision(NewTenant tenant, AuditEntry audit) {
    Requester caller = new Requester.WaitingCaller(audit);
    Instant started = clock.instant();
    Optional<Provisioning> claimed;
    try {
      claimed = pool.claim(tenant, caller);
    } catch (SqlError e) {
      // PostgreSQL has rolled the claim's transaction back, and with it the whole claim.
      LOG.warnf(e, "pool claim failed tenant=%s", tenant.tenantId());
      return record(new Outcome.RolledBack(StepName.ACTIVATION.failure(), e), tenant, started);
    }
    return claimed
        .map(
            work ->
                record(
                    run(work, steps.stagesAfterClaim(work.tenant()), started),
                    work.tenant(),
                    started))
        .orElseGet(() -> stepByStep(tenant, caller));
  }

  private Outcome stepByStep(NewTenant tenant, Requester requester) {
    Instant started = clock.instant();
    Provisioning work =
        reservations.reserve(tenant, requester, steps.names(tenant.blueprint().isolation()));
    return record(
        run(work, steps.stages(tenant.blueprint().isolation()), started), tenant, started);
  }

  private Outcome run(Provisioning work, List<List<Step>> stages, Instant started) {
    return leases.whileHeld(work.tenantId(), () -> runner.run(work, stages, started));
  }

  private Outcome record(Outcome outcome, NewTenant tenant, Instant started) {
    String kind = outcome.getClass().getSimpleName();
    Duration took = Duration.between(started, clock.instant());
    metrics.timer("tenantry.provisioning", "outcome", kind).record(took);
    LOG.infof(
        "provisioning finished tenant=%s outcome=%s ms=%d",
        tenant.tenantId(), kind, took.toMillis());
    return outcome;
  }
}
