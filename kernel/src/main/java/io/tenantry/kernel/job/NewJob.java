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
 * @param due not before then
 * @param deduplicationKey of jobs with the same key there is one for as long as it is remembered:
 *     for an {@code Idempotency-Key}, a command's id, a planned time
 */
public record NewJob(
    UUID id,
    String type,
    Optional<UUID> tenantId,
    Object data,
    int priority,
    Instant due,
    Optional<String> deduplicationKey) {

  /** For work that must not wait for the rest. */
  public static final int URGENT = 100;

  /** For what somebody waits for. */
  public static final int HIGH = 50;

  /** For everything else. */
  public static final int NORMAL = 0;
}
