package io.tenantry.ingestion.topic;

import io.tenantry.kernel.kafka.KafkaUnavailable;
import io.tenantry.kernel.kafka.TopicSpec;
import io.tenantry.kernel.kafka.Topics;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Creates the managed topics and reconciles their settings. It creates topics, changes settings and
 * adds partitions; it never deletes topics, partitions or messages.
 */
@Singleton
final class TopicReconciler {

  private final ManagedTopics managed;
  private final BrokerTopics broker;
  private final Topics topics;
  private final short replicationFactor;

  TopicReconciler(
      ManagedTopics managed,
      BrokerTopics broker,
      Admin admin,
      @ConfigProperty(name = "tenantry.kafka.replication-factor", defaultValue = "1")
          short replicationFactor) {
    this.managed = managed;
    this.broker = broker;
    this.topics = new Topics(admin, replicationFactor);
    this.replicationFactor = replicationFactor;
  }

  /**
   * Creates the topic if it does not exist; returns whether it was created.
   *
   * @throws KafkaUnavailable if no broker responds
   */
  boolean create(String name) {
    TopicSpec topic = managed.get(name);
    try {
      boolean created = topics.ensure(List.of(topic)).contains(name);
      broker.awaitTopic(name);
      return created;
    } catch (KafkaException e) {
      throw e.getCause() instanceof RetriableException unavailable
          ? new KafkaUnavailable(unavailable)
          : e;
    }
  }

  /** Compares all managed topics with the broker. */
  List<Verification> verifyAll() {
    return verify(managed.all());
  }

  /** Compares one managed topic with the broker. */
  Verification verify(String name) {
    return verify(List.of(managed.get(name))).getFirst();
  }

  private List<Verification> verify(List<TopicSpec> specs) {
    Map<String, Topic> actual =
        broker.describe(specs.stream().map(TopicSpec::name).toList()).stream()
            .collect(Collectors.toMap(Topic::name, Function.identity()));
    return specs.stream()
        .map(
            spec ->
                Drift.verify(spec, replicationFactor, Optional.ofNullable(actual.get(spec.name()))))
        .toList();
  }

  /** Repairs the settings that can be repaired; with a dry run, it only reports them. */
  Reconciliation reconcile(String name, boolean dryRun) {
    Verification found = verify(name);
    if (!found.exists()) {
      boolean created = dryRun || create(name);
      return new Reconciliation(name, dryRun, created, List.of());
    }
    if (!dryRun) {
      repair(name, found);
    }
    return new Reconciliation(
        name,
        dryRun,
        false,
        found.settings().stream().filter(s -> !s.matches()).map(s -> action(s, dryRun)).toList());
  }

  private void repair(String name, Verification found) {
    Map<String, String> configs =
        found.settings().stream()
            .filter(Verification.Setting::isRepairable)
            .filter(s -> !s.setting().equals(Drift.PARTITIONS))
            .collect(
                Collectors.toMap(Verification.Setting::setting, Verification.Setting::desired));
    if (!configs.isEmpty()) {
      broker.set(name, configs);
    }
    found.settings().stream()
        .filter(s -> s.setting().equals(Drift.PARTITIONS) && s.isRepairable())
        .forEach(s -> broker.increasePartitions(name, Integer.parseInt(s.desired())));
  }

  private static Reconciliation.Action action(Verification.Setting setting, boolean dryRun) {
    RepairOutcome repaired = dryRun ? RepairOutcome.WOULD_BE_REPAIRED : RepairOutcome.REPAIRED;
    return new Reconciliation.Action(
        setting.setting(),
        setting.actual().orElse(""),
        setting.desired(),
        setting.isRepairable() ? repaired : RepairOutcome.NOT_REPAIRED,
        setting.notRepairable());
  }
}
