package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.job.Job;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** The origin of a provisioning: a waiting caller or a job. */
sealed interface Requester {

  /** The job; empty for a waiting caller. */
  Optional<UUID> jobId();

  /** The audit entry that is written with the tenant's activation. */
  Optional<AuditEntry> audit();

  /** Is notified of the progress of the steps. */
  Consumer<List<Job.Step>> stepListener();

  /** A caller that waits for the response, which contains the API keys. */
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
   * The job of a registered tenant. No caller waits, so its steps are retried, and its API keys are
   * stored until they are collected.
   */
  record JobRequester(UUID id, Consumer<List<Job.Step>> stepListener) implements Requester {

    @Override
    public Optional<UUID> jobId() {
      return Optional.of(id);
    }

    /** Empty: the submission of the job was audited. */
    @Override
    public Optional<AuditEntry> audit() {
      return Optional.empty();
    }
  }
}
