package io.tenantry.kernel.job;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A job to be submitted.
 *
 * @param type the type of its {@link JobHandler}
 * @param tenantId the tenant that it concerns
 * @param data a record for its handler, registered for reflection, without secrets
 * @param priority due jobs with a higher priority run first
 * @param due the earliest start; empty for an immediate start
 * @param deduplicationKey prevents a second job with the same key while the first is stored: an
 *     {@code Idempotency-Key}, a command's id, or a planned time
 */
public record NewJob(
    UUID id,
    String type,
    Optional<UUID> tenantId,
    Object data,
    int priority,
    Optional<Instant> due,
    Optional<String> deduplicationKey) {

  /** For urgent work. */
  public static final int URGENT = 100;

  /** For work that a caller waits for. */
  public static final int HIGH = 50;

  /** For all other work. */
  public static final int NORMAL = 0;

  /** A job without a tenant, with default priority, due immediately. */
  public static NewJob of(String type, Object data) {
    return new NewJob(
        UUID.randomUUID(),
        type,
        Optional.empty(),
        data,
        NORMAL,
        Optional.empty(),
        Optional.empty());
  }

  /** This job with a given id. */
  public NewJob withId(UUID id) {
    return new NewJob(id, type, tenantId, data, priority, due, deduplicationKey);
  }

  /** This job for a tenant. */
  public NewJob about(UUID tenantId) {
    return new NewJob(id, type, Optional.of(tenantId), data, priority, due, deduplicationKey);
  }

  /** This job with another priority. */
  public NewJob withPriority(int priority) {
    return new NewJob(id, type, tenantId, data, priority, due, deduplicationKey);
  }

  /** This job with an earliest start. */
  public NewJob dueAt(Instant due) {
    return new NewJob(id, type, tenantId, data, priority, Optional.of(due), deduplicationKey);
  }

  /** This job with a deduplication key. */
  public NewJob once(Optional<String> deduplicationKey) {
    return new NewJob(id, type, tenantId, data, priority, due, deduplicationKey);
  }
}
