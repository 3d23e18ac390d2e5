package io.tenantry.kernel.kafka;

import io.tenantry.kernel.event.BackupCommand;
import io.tenantry.kernel.event.MigrationCommand;
import io.tenantry.kernel.event.OperationEvent;
import io.tenantry.kernel.event.TenantEvent;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The desired configuration of a topic.
 *
 * @param name its name
 * @param partitions the number of partitions, at least 1
 * @param config its settings by Kafka's names, such as {@code retention.ms}
 */
public record TopicSpec(String name, int partitions, Map<String, String> config) {

  /** The topic of {@link TenantEvent}s. */
  public static final TopicSpec TENANT_EVENTS = events(TenantEvent.TOPIC);

  /** The dead letter topic of {@link #TENANT_EVENTS}. */
  public static final TopicSpec TENANT_EVENTS_DEAD_LETTERS = deadLetters(TenantEvent.TOPIC);

  /** The topic of {@link OperationEvent}s. */
  public static final TopicSpec OPERATION_EVENTS = events(OperationEvent.TOPIC);

  /** The dead letter topic of {@link #OPERATION_EVENTS}. */
  public static final TopicSpec OPERATION_EVENTS_DEAD_LETTERS = deadLetters(OperationEvent.TOPIC);

  /** The topic of commands to tenant-service. */
  public static final TopicSpec PROVISIONING_JOBS = events("tenantry.provisioning-jobs");

  /** The dead letter topic of {@link #PROVISIONING_JOBS}. */
  public static final TopicSpec PROVISIONING_JOBS_DEAD_LETTERS =
      deadLetters(PROVISIONING_JOBS.name());

  /** The topic of {@link BackupCommand}s. */
  public static final TopicSpec BACKUP_COMMANDS = events(BackupCommand.TOPIC);

  /** The dead letter topic of {@link #BACKUP_COMMANDS}. */
  public static final TopicSpec BACKUP_COMMANDS_DEAD_LETTERS = deadLetters(BackupCommand.TOPIC);

  /** The topic of {@link MigrationCommand}s. */
  public static final TopicSpec MIGRATION_COMMANDS = events(MigrationCommand.TOPIC);

  /** The dead letter topic of {@link #MIGRATION_COMMANDS}. */
  public static final TopicSpec MIGRATION_COMMANDS_DEAD_LETTERS =
      deadLetters(MigrationCommand.TOPIC);

  /** The topic of the audit log's entries. */
  public static final TopicSpec AUDIT = events("tenantry.audit");

  private static final String MIN_IN_SYNC_REPLICAS = "min.insync.replicas";

  public TopicSpec {
    config = Map.copyOf(config);
  }

  private static TopicSpec events(String topic) {
    return new TopicSpec(topic, 6, Map.of("retention.ms", "604800000"));
  }

  /** Permits twice Kafka's default message size: a dead letter also holds the reason. */
  private static TopicSpec deadLetters(String topic) {
    return new TopicSpec(
        topic + "-dlq", 3, Map.of("retention.ms", "2592000000", "max.message.bytes", "2097152"));
  }

  /** The topic as requested from the broker. */
  NewTopic withReplicas(short replicationFactor) {
    return new NewTopic(name, partitions, replicationFactor)
        .configs(configWithReplicas(replicationFactor));
  }

  /**
   * Its settings for a replication factor. By default, a message counts as written when all
   * replicas but one have it: of three, one may fail without loss of messages or writes.
   */
  public Map<String, String> configWithReplicas(short replicationFactor) {
    Map<String, String> all = new HashMap<>(config);
    all.putIfAbsent(MIN_IN_SYNC_REPLICAS, Integer.toString(Math.max(1, replicationFactor - 1)));
    return all;
  }
}
