package io.tenantry.kernel.job;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A job to be done.
 *
 * @param type its {@link JobHandler}'s
 * @param tenantId whom it is about
 * @param data a record that its handler reads; registered for reflection, without secrets
 * @param priority among the jobs that are due, higher ones come first
 * @param due not before then; empty for at once
 * @param deduplicationKey of jobs with the same key there is one for as long as it is remembered:
 *     for an {@code Idempotency-Key}, a command's id, a planned time
 */
public record NewJob(
    UUID id,
    String type,
    Optional<UUID> tenantId,
    Object data,
    int priority,
    Optional<Instant> due,
    Optional<String> deduplicationKey) {

  /** For work that must not wait for the rest. */
  public static final int URGENT = 100;

  /** For what somebody waits for. */
  public static final int HIGH = 50;

  /** For everything else. */
  public static final int NORMAL = 0;

  /** One of no tenant, for everything else, due at once. */
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

  /** This one under an id that is known already. */
  public NewJob withId(UUID id) {
    return new NewJob(id, type, tenantId, data, priority, due, deduplicationKey);
  }

  /** This one about a tenant. */
  public NewJob about(UUID tenantId) {
    return new NewJob(id, type, Optional.of(tenantId), data, priority, due, deduplicationKey);
  }

  /** This one with another priority. */
  public NewJob withPriority(int priority) {
    return new NewJob(id, type, tenantId, data, priority, due, deduplicationKey);
  }

  /** This one, not before then. */
  public NewJob dueAt(Instant due) {
    return new NewJob(id, type, tenantId, data, priority, Optional.of(due), deduplicationKey);
  }

  /** This one, once under a key if there is one. */
  public NewJob once(Optional<String> deduplicationKey) {
    return new NewJob(id, type, tenantId, data, priority, due, deduplicationKey);
  }
}
