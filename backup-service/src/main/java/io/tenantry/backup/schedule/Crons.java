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

  /** Whether this is a cron expression that fires at least once after {@code now}. */
  static boolean fires(@Nullable String cron, Instant now) {
    try {
      return cron != null && next(cron, now).isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Returns when a tenant's next backup is due: when the expression fires, plus an offset that is
   * fixed for each tenant, so that tenants with the same expression do not start at once.
   *
   * @param spread the largest offset, limited to half the time between two firings
   * @return empty if the expression never fires again
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
