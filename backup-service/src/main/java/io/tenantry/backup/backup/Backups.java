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

/** Has backups made. */
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
   * A wish for a backup.
   *
   * @param retentionDays days it is kept; empty for the default
   * @param deletionId the deletion that waits for it
   * @param newKey whether a shredded tenant gets a new key; else its backup fails
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

    /** One that asks for no new key. */
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

  /** The kind of this name if it can be asked for; manual if none is said. */
  public static Optional<BackupKind> requestable(Optional<String> kind) {
    return kind.isEmpty()
        ? Optional.of(BackupKind.MANUAL)
        : Arrays.stream(BackupRequest.RequestedKind.values())
            .filter(known -> known.toString().equals(kind.get()))
            .map(BackupRequest.RequestedKind::kind)
            .findFirst();
  }

  /** What the job of a backup is given. */
  @RegisterForReflection
  record Task(
      UUID backupId, BackupKind kind, Optional<UUID> deletionId, Optional<Boolean> newKey) {}

  /**
   * Plans a backup in the caller's transaction.
   *
   * @return the job's id; that of the earlier one if the request was made before
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

  /** Plans a backup; returns its job's id. */
  public UUID request(Request request) {
    return database.inTransaction(sql -> request(sql, request));
  }

  /** Days a backup is kept of a tenant for which nothing is said. */
  public int defaultRetentionDays() {
    return config.retentionDays();
  }
}
