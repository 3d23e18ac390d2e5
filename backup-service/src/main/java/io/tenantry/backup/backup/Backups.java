package io.tenantry.backup.backup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** Requests backups. */
@Singleton
public final class Backups {

  private final BackupRecords records;
  private final Jobs jobs;
  private final Database database;
  private final BackupConfig config;
  private final Clock clock;

  Backups(BackupRecords records, Jobs jobs, Database database, BackupConfig config, Clock clock) {
    this.records = records;
    this.jobs = jobs;
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  /**
   * The parameters of a backup.
   *
   * @param retentionDays days it is kept; empty for the default
   * @param deletionId the deletion that waits for it
   * @param newKey whether to create a new key for a shredded tenant; otherwise its backup fails
   * @param deduplicationKey see {@link NewJob}
   */
  public record Request(
      UUID tenantId,
      String tenantName,
      BackupKind kind,
      OptionalInt retentionDays,
      Optional<UUID> deletionId,
      boolean newKey,
      Optional<String> deduplicationKey) {

    /** A request without a new key. */
    public Request(
        UUID tenantId,
        String tenantName,
        BackupKind kind,
        OptionalInt retentionDays,
        Optional<UUID> deletionId,
        Optional<String> deduplicationKey) {
      this(tenantId, tenantName, kind, retentionDays, deletionId, false, deduplicationKey);
    }
  }

  /** Returns the kind with this name if it can be requested; {@code MANUAL} without a name. */
  public static Optional<BackupKind> requestable(Optional<String> kind) {
    return kind.isEmpty()
        ? Optional.of(BackupKind.MANUAL)
        : Arrays.stream(BackupRequest.RequestedKind.values())
            .filter(known -> known.toString().equals(kind.get()))
            .map(BackupRequest.RequestedKind::kind)
            .findFirst();
  }

  /** The data of a backup job. */
  @RegisterForReflection
  record Task(
      UUID backupId, BackupKind kind, Optional<UUID> deletionId, Optional<Boolean> newKey) {}

  /**
   * Submits a backup job in the caller's transaction.
   *
   * @return the job's id; the earlier job's for a repeated request
   */
  public UUID request(Sql transaction, Request request) {
    UUID jobId = UUID.randomUUID();
    UUID backupId = UUID.randomUUID();
    Instant now = clock.instant();
    UUID submitted =
        jobs.submit(
            transaction,
            NewJob.of(
                    BackupHandler.TYPE,
                    new Task(
                        backupId,
                        request.kind(),
                        request.deletionId(),
                        request.newKey() ? Optional.of(true) : Optional.empty()))
                .withId(jobId)
                .about(request.tenantId())
                .withPriority(request.kind().priority())
                .once(request.deduplicationKey()));
    if (submitted.equals(jobId)) {
      records.add(
          transaction,
          new BackupRecords.Planned(
              backupId,
              request.tenantId(),
              request.tenantName(),
              request.kind(),
              jobId,
              request.retentionDays().orElse(config.retentionDays()),
              now));
    }
    return submitted;
  }

  /** Submits a backup job; returns its id. */
  public UUID request(Request request) {
    return database.inTransaction(sql -> request(sql, request));
  }

  /** Days a backup is kept by default. */
  public int defaultRetentionDays() {
    return config.retentionDays();
  }
}
