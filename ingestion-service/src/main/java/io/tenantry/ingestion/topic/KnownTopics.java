package io.tenantry.ingestion.topic;

import io.tenantry.kernel.db.Sql;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Stores which topic events are currently delivered from, by name. */
@Singleton
public final class KnownTopics {

  /** A topic's identity with its current or previous name. */
  public record KnownTopic(String name, TopicIdentity identity) {}

  /**
   * Records that events are delivered from this topic.
   *
   * @return the topic that it replaced; empty if it is the same topic as before, or the first one
   */
  public Optional<KnownTopic> record(Sql transaction, KnownTopic topic) {
    Optional<KnownTopic> previous =
        transaction.first(
            KnownTopics::read,
            """
            SELECT topic, topic_id, cluster_id
            FROM ingestion.known_topics
            WHERE topic = $1
            FOR UPDATE
            """,
            topic.name());
    if (!previous.equals(Optional.of(topic))) {
      transaction.run(
          """
          INSERT INTO ingestion.known_topics (topic, topic_id, cluster_id)
          VALUES ($1, $2, $3)
          ON CONFLICT (topic) DO UPDATE
            SET topic_id = excluded.topic_id, cluster_id = excluded.cluster_id, since = now()
          """,
          topic.name(),
          topic.identity().topicId(),
          topic.identity().clusterId());
    }
    return previous.filter(known -> !known.equals(topic));
  }

  private static KnownTopic read(Row row) {
    return new KnownTopic(
        row.getString("topic"),
        new TopicIdentity(row.getString("cluster_id"), row.getString("topic_id")));
  }
}
