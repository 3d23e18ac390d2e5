package io.tenantry.console.hints;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.tenantry.console.runtime.TopicReader;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/**
 * Reads the services' events from the newest on, once for all browsers of a replica. Without Kafka
 * the app reads again at intervals.
 */
@Singleton
final class HintReader implements TopicReader.Listener {

  private static final Logger LOG = Logger.getLogger(HintReader.class);
  private static final List<String> TOPICS =
      List.of("tenantry.tenant-events", "tenantry.operation-events");

  private final TopicReader reader;
  private final HintStreams streams;

  HintReader(@Identifier("default-kafka-broker") Map<String, Object> kafka, HintStreams streams) {
    this.streams = streams;
    this.reader = new TopicReader("hints", TOPICS, TopicReader.From.LATEST, kafka, this);
  }

  void start(@Observes StartupEvent event) {
    reader.start();
  }

  void stop(@Observes ShutdownEvent event) {
    reader.close();
  }

  @Override
  public void read(ConsumerRecord<String, byte[]> message) {
    Header type = message.headers().lastHeader("ce_type");
    if (type == null || type.value() == null || message.value() == null) {
      return;
    }
    Optional<String> hint;
    try {
      hint =
          Hint.of(
              new String(type.value(), StandardCharsets.UTF_8),
              new JsonObject(Buffer.buffer(message.value())));
    } catch (DecodeException | ClassCastException e) {
      LOG.debugf("message ignored topic=%s offset=%d", message.topic(), message.offset());
      return;
    }
    hint.ifPresent(streams::send);
  }

  /** Events may have been missed before. */
  @Override
  public void caughtUp() {
    streams.send(Hint.ALL);
  }
}
