package io.tenantry.localstack;

import java.util.Map;
import java.util.TreeMap;

/** Settings of a single broker that apply to child processes and containers. */
final class KafkaSettings {
  private KafkaSettings() {}

  /**
   * The settings of a broker that is its own controller, except for its data directory.
   *
   * @param listeners the listeners for clients ({@code PLAINTEXT}) and for the controller ({@code
   *     CONTROLLER})
   * @param advertised the host and port advertised to clients
   * @param controller the host and port of its controller
   */
  static Map<String, String> of(String listeners, String advertised, String controller) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("controller.quorum.voters", "1@" + controller);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("listeners", listeners);
    settings.put("advertised.listeners", "PLAINTEXT://" + advertised);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("auto.create.topics.enable", "false");
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    // A single voter does not need to wait for others before it becomes the leader after a restart.
    settings.put("controller.quorum.election.timeout.ms", "200");
    settings.put("controller.quorum.fetch.timeout.ms", "200");
    // A group's first member does not need to wait for others.
    settings.put("group.initial.rebalance.delay.ms", "0");
    return settings;
  }
}
