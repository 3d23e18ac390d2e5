package io.tenantry.ingestion.topic;

import io.tenantry.localstack.LocalStack;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;

/** The broker, asked past the service. */
final class Broker implements AutoCloseable {

  private final Admin admin;

  Broker(LocalStack stack) {
    this.admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()));
  }

  Admin admin() {
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

  void set(String topic, String setting, String value)
      throws ExecutionException, InterruptedException {
    Map<ConfigResource, Collection<AlterConfigOp>> change =
        Map.of(
            resource(topic),
            List.of(new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET)));
    admin.incrementalAlterConfigs(change).all().get();
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  @Override
  public void close() {
    admin.close();
  }
}
