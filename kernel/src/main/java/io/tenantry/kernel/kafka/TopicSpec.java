package io.tenantry.kernel.kafka;

import io.tenantry.kernel.event.BackupCommand;
import io.tenantry.kernel.event.MigrationCommand;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.event.TenantEvent;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A topic as it should be.
 *
 * @param name its name
 * @param partitions how many partitions, 1 or more
 * @param config its settings by Kafka's names, for example {@code retention.ms}
 */
public record TopicSpec(String name, int partitions, Map<String, String> config) {

  /** The topic of {@link TenantEvent}s: as many partitions as consumers may share its work. */
  public static final TopicSpec TENANT_EVENTS = events(TenantEvent.TOPIC);

  /** The topic of what consumers of {@link #TENANT_EVENTS} could not handle, whatever it was. */
  public static final TopicSpec TENANT_EVENTS_DEAD_LETTERS = deadLetters(TenantEvent.TOPIC);

  /** The topic of {@link OperationEvent}s. */
  public static final TopicSpec OPERATION_EVENTS = events(OperationEvent.TOPIC);

  /** The topic of what consumers of {@link #OPERATION_EVENTS} could not handle. */
  public static final TopicSpec OPERATION_EVENTS_DEAD_LETTERS = deadLetters(OperationEvent.TOPIC);

  /** The topic of commands to tenant-service. */
  public static final TopicSpec PROVISIONING_JOBS = events("tenantry.provisioning-jobs");

  /** The topic of what is no command that tenant-service understands. */
  public static final TopicSpec PROVISIONING_JOBS_DEAD_LETTERS =
      deadLetters(PROVISIONING_JOBS.name());

  /** The topic of {@link BackupCommand}s. */
  public static final TopicSpec BACKUP_COMMANDS = events(BackupCommand.TOPIC);

  /** The topic of what consumers of {@link #BACKUP_COMMANDS} could not handle. */
  public static final TopicSpec BACKUP_COMMANDS_DEAD_LETTERS = deadLetters(BackupCommand.TOPIC);

  /** The topic of {@link MigrationCommand}s. */
  public static final TopicSpec MIGRATION_COMMANDS = events(MigrationCommand.TOPIC);

  /** The topic of what consumers of {@link #MIGRATION_COMMANDS} could not handle. */
  public static final TopicSpec MIGRATION_COMMANDS_DEAD_LETTERS =
      deadLetters(MigrationCommand.TOPIC);

  private static final String MIN_IN_SYNC_REPLICAS = "min.insync.replicas";

  public TopicSpec {
    config = Map.copyOf(config);
  }

  private static TopicSpec events(String topic) {
    return new TopicSpec(topic, 6, Map.of("retention.ms", "604800000"));
  }

  /**
   * Twice Kafka's usual size of a message: a dead letter is larger than the letter, by the reason.
   */
  private static TopicSpec deadLetters(String topic) {
    return new TopicSpec(
        topic + "-dlq", 3, Map.of("retention.ms", "2592000000", "max.message.bytes", "2097152"));
  }

  /** The topic as the broker is asked for it. */
  NewTopic withReplicas(short replicationFactor) {
    return new NewTopic(name, partitions, replicationFactor)
        .configs(configWithReplicas(replicationFactor));
  }

  /**
   * Its settings with this many copies of each partition. Unless they say otherwise, a message
   * counts as written when all replicas but one have it: of three, one may be lost without losing a
   * message or the ability to write.
   */
  public Map<String, String> configWithReplicas(short replicationFactor) {
    Map<String, String> all = new HashMap<>(config);
    all.putIfAbsent(MIN_IN_SYNC_REPLICAS, Integer.toString(Math.max(1, replicationFactor - 1)));
    return all;
  }
}
