package io.tenantry.tenant.event;

import static org.awaitility.Awaitility.await;

import io.tenantry.tenant.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What is on the topic of tenant events. */
public final class TenantEvents {

  private static final TopicReader TOPIC = new TopicReader("tenantry.tenant-events");

  private TenantEvents() {}

  /** One message. */
  public record Event(String key, Map<String, String> headers, String data) {

    public String type() {
      return headers.get("ce_type");
    }
  }

  /** Waits for an event of the tenant with this name; returns all there are. */
  public static List<Event> awaitNamed(String name) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> all().stream().filter(e -> e.data().contains('"' + name + '"')).toList(),
            events -> !events.isEmpty());
  }

  /** All events that are on the topic by now. */
  public static List<Event> all() {
    return TOPIC.all().stream().map(TenantEvents::event).toList();
  }

  private static Event event(ConsumerRecord<String, byte[]> message) {
    Map<String, String> headers = new TreeMap<>();
    message
        .headers()
        .forEach(h -> headers.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
    return new Event(message.key(), headers, new String(message.value(), StandardCharsets.UTF_8));
  }
}
