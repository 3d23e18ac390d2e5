package io.tenantry.operator.backup;

import io.tenantry.operator.api.BackupApi;
import io.tenantry.operator.api.Refusals;
import io.tenantry.operator.api.TenantApi.Page;
import jakarta.ws.rs.ProcessingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The part of backup-service's rules that the controllers rely on. */
final class InMemoryBackups implements BackupApi {

  private final List<BackupState> backups = new ArrayList<>();
  private final List<RestoreState> restores = new ArrayList<>();
  private final Map<String, UUID> jobs = new HashMap<>();
  private final List<String> keys = new ArrayList<>();
  private boolean answerLost;

  /** The keys of all requests for backups and restores, in order. */
  List<String> keys() {
    return keys;
  }

  List<BackupState> allBackups() {
    return backups;
  }

  List<RestoreState> allRestores() {
    return restores;
  }

  /** The next request is accepted but not answered. */
  void loseNextAnswer() {
    answerLost = true;
  }

  /** Forgets the keys of earlier requests, as after their retention. */
  void forgetKeys() {
    jobs.clear();
  }

  UUID add(UUID tenant, Status status, String verification) {
    UUID id = UUID.randomUUID();
    backups.addFirst(
        backup(
            id,
            tenant,
            status,
            UUID.randomUUID(),
            null,
            verification.isEmpty() ? null : new Verification(verification)));
    return id;
  }

  void set(UUID id, Status status, String error) {
    backups.replaceAll(
        backup ->
            backup.id().equals(id)
                ? backup(id, backup.tenantId(), status, backup.jobId(), error, null)
                : backup);
  }

  private static BackupState backup(
      UUID id, UUID tenant, Status status, UUID job, String error, Verification verification) {
    return new BackupState(
        id,
        tenant,
        status,
        job,
        error,
        error == null ? null : "It failed.",
        "2026-01-01T00:00:00Z",
        status == Status.COMPLETED ? "2026-01-01T00:00:01Z" : null,
        status == Status.COMPLETED ? new StoredFile(4711) : null,
        verification);
  }

  void setRestore(Status status, String error) {
    restores.replaceAll(
        restore ->
            new RestoreState(
                restore.id(),
                restore.tenantId(),
                restore.backupId(),
                status,
                restore.jobId(),
                error,
                error == null ? null : "It failed.",
                status == Status.COMPLETED ? new Former("2026-01-02T00:00:00Z", null) : null,
                7L,
                12L,
                "2026-01-01T00:00:01Z",
                restore.idempotencyKey()));
  }

  @Override
  public Page<BackupState> backups(UUID tenant, String status, int limit) {
    return new Page<>(
        backups.stream()
            .filter(backup -> backup.tenantId().equals(tenant))
            .filter(backup -> backup.status().name().equalsIgnoreCase(status))
            .limit(limit)
            .toList(),
        null);
  }

  /** One backup a page, so that tests see that all pages are read. */
  @Override
  public Page<BackupState> backups(UUID tenant, Optional<String> after, int limit) {
    List<BackupState> all =
        backups.stream().filter(backup -> backup.tenantId().equals(tenant)).toList();
    int start =
        after
            .map(id -> 1 + all.stream().map(found -> found.id().toString()).toList().indexOf(id))
            .orElse(0);
    List<BackupState> page = all.subList(start, Math.min(all.size(), start + 1));
    return new Page<>(page, start + 1 < all.size() ? page.getFirst().id().toString() : null);
  }

  @Override
  public BackupState backup(UUID id) {
    return backups.stream()
        .filter(backup -> backup.id().equals(id))
        .findFirst()
        .orElseThrow(() -> Refusals.of(404, "BACKUP_NOT_FOUND"));
  }

  @Override
  public JobState backUp(UUID tenant, String key, NewBackup backup) {
    return submit(
        key,
        backup,
        job ->
            backups.addFirst(backup(UUID.randomUUID(), tenant, Status.PENDING, job, null, null)));
  }

  @Override
  public Page<RestoreState> restores(UUID tenant, Optional<String> after, int limit) {
    return new Page<>(
        restores.stream().filter(restore -> restore.tenantId().equals(tenant)).toList(), null);
  }

  @Override
  public RestoreState restore(UUID id) {
    return restores.stream()
        .filter(restore -> restore.id().equals(id))
        .findFirst()
        .orElseThrow(() -> Refusals.of(404, "RESTORE_NOT_FOUND"));
  }

  @Override
  public JobState restore(String key, NewRestore restore) {
    return submit(
        key,
        restore,
        job ->
            restores.addFirst(
                new RestoreState(
                    UUID.randomUUID(),
                    restore.tenantId(),
                    restore.backupId(),
                    Status.PENDING,
                    job,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    key)));
  }

  @Override
  public JobState job(UUID id) {
    return new JobState(
        id, List.of(new Step("dump", "running", "2026-01-01T00:00:00Z", null)), null);
  }

  /** The key and the body decide what is the same request. */
  private JobState submit(String key, Object body, java.util.function.Consumer<UUID> work) {
    keys.add(key);
    UUID job =
        jobs.computeIfAbsent(
            key + body,
            _ -> {
              UUID id = UUID.randomUUID();
              work.accept(id);
              return id;
            });
    if (answerLost) {
      answerLost = false;
      throw new ProcessingException("connection reset");
    }
    return new JobState(job, List.of(), null);
  }
}
