package io.tenantry.backup.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import io.tenantry.kernel.event.InvalidEvent;

/** Tells a cron expression from any other text. */
final class Crons {

  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));

  private Crons() {}

  /**
   * Passes a Quartz cron expression.
   *
   * @throws InvalidEvent if it is none, for then the tenant would never be backed up
   */
  static void check(String cron) {
    if (cron == null) {
      throw new InvalidEvent("the backup policy has no schedule");
    }
    try {
      PARSER.parse(cron);
    } catch (IllegalArgumentException e) {
      throw new InvalidEvent("the backup policy's schedule is no cron expression");
    }
  }
}
