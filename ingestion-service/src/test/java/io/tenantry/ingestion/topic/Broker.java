package io.tenantry.ingestion.topic;

import static org.awaitility.Awaitility.await;

import io.tenantry.localstack.LocalStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;

/** The broker, used without the service. */
public final class Broker implements AutoCloseable {

  private final Admin admin;

  public Broker(LocalStack stack) {
    this.admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()));
  }

  public Admin admin() {
    return admin;
  }

  Set<String> names() throws ExecutionException, InterruptedException {
    return admin.listTopics().names().get();
  }

  TopicDescription description(String topic) throws ExecutionException, InterruptedException {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
  }

  /** What is set for the topic itself, without the broker's defaults. */
  Map<String, String> ownSettings(String topic) throws ExecutionException, InterruptedException {
    ConfigResource resource = resource(topic);
    return admin.describeConfigs(List.of(resource)).all().get().get(resource).entries().stream()
        .filter(e -> e.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
        .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
  }

  /** Changes a setting by hand; the broker may not know a topic yet that was created just now. */
  void set(String topic, String setting, String value) {
    Map<ConfigResource, Collection<AlterConfigOp>> change =
        Map.of(
            resource(topic),
            List.of(new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET)));
    await()
        .ignoreExceptions()
        .until(() -> admin.incrementalAlterConfigs(change).all().get() == null);
  }

  /** Gives a topic these settings and no other; one with other partitions is created again. */
  void restore(String topic, int partitions, Map<String, String> settings) {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              if (names().contains(topic) && description(topic).partitions().size() == partitions) {
                setAll(topic, settings);
              } else {
                recreate(topic, partitions, settings);
              }
              return ownSettings(topic).equals(settings);
            });
  }

  private void setAll(String topic, Map<String, String> settings)
      throws ExecutionException, InterruptedException {
    List<AlterConfigOp> changes = new ArrayList<>();
    ownSettings(topic).keySet().stream()
        .filter(name -> !settings.containsKey(name))
        .forEach(
            name ->
                changes.add(
                    new AlterConfigOp(new ConfigEntry(name, ""), AlterConfigOp.OpType.DELETE)));
    settings.forEach(
        (name, value) ->
            changes.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
    admin.incrementalAlterConfigs(Map.of(resource(topic), changes)).all().get();
  }

  /** Deletes a topic and creates it again, with these settings and no other. */
  void recreate(String topic, int partitions, Map<String, String> settings) {
    NewTopic created = new NewTopic(topic, partitions, (short) 1).configs(settings);
    // The broker removes in the background and refuses the name until then.
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              try {
                admin.deleteTopics(List.of(topic)).all().get();
              } catch (ExecutionException e) {
                // It does not exist: that is what is wanted.
              }
              return admin.createTopics(List.of(created)).all().get() == null;
            });
    await().ignoreExceptions().until(() -> description(topic).partitions().size() == partitions);
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  @Override
  public void close() {
    admin.close();
  }
}
