package io.tenantry.backup.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads Quartz cron expressions, in UTC. */
final class Crons {

  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));

  private Crons() {}

  /** Whether it is a cron expression that fires some time after {@code now}. */
  static boolean fires(@Nullable String cron, Instant now) {
    try {
      return cron != null && next(cron, now).isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * When a tenant's next backup is due: some time after the expression fires, always the same for
   * this tenant, so that a thousand tenants with one expression do not begin at once.
   *
   * @param spread over how long they are spread, but at most half the time between two of them
   * @return empty if the expression fires no more
   */
  static Optional<Instant> nextDue(String cron, UUID tenantId, Duration spread, Instant now) {
    Optional<Instant> first = next(cron, now);
    Optional<Instant> second = first.flatMap(instant -> next(cron, instant));
    Duration most =
        second
            .map(instant -> Duration.between(first.orElseThrow(), instant).dividedBy(2))
            .filter(half -> half.compareTo(spread) < 0)
            .orElse(spread);
    Duration offset =
        most.isZero()
            ? Duration.ZERO
            : Duration.ofMillis(Math.floorMod((long) tenantId.hashCode(), most.toMillis()));
    return next(cron, now.minus(offset)).map(instant -> instant.plus(offset));
  }

  private static Optional<Instant> next(String cron, Instant after) {
    return ExecutionTime.forCron(PARSER.parse(cron))
        .nextExecution(after.atZone(ZoneOffset.UTC))
        .map(ZonedDateTime::toInstant);
  }
}
