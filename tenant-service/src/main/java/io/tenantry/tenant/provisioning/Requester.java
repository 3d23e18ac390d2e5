package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.job.Job;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Who has a tenant provisioned. */
sealed interface Requester {

  /** The job that does it. */
  Optional<UUID> jobId();

  /** The entry of the audit log that is written with the tenant's activation. */
  Optional<AuditEntry> audit();

  /** Is told how the steps go. */
  Consumer<List<Job.Step>> stepListener();

  /** A caller that waits for the answer, which has the API keys. */
  record WaitingCaller(AuditEntry entry) implements Requester {

    @Override
    public Optional<UUID> jobId() {
      return Optional.empty();
    }

    @Override
    public Optional<AuditEntry> audit() {
      return Optional.of(entry);
    }

    @Override
    public Consumer<List<Job.Step>> stepListener() {
      return steps -> {};
    }
  }

  /**
   * The job of a registered tenant. Nobody waits for it, so its steps are tried again, and its API
   * keys are kept until they are collected.
   */
  record JobRequester(UUID id, Consumer<List<Job.Step>> stepListener) implements Requester {

    @Override
    public Optional<UUID> jobId() {
      return Optional.of(id);
    }

    /** Whoever submitted the job has an entry of that. */
    @Override
    public Optional<AuditEntry> audit() {
      return Optional.empty();
    }
  }
}
