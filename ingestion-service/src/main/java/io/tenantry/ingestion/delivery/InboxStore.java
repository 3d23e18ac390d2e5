package io.tenantry.ingestion.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.event.EventMessage;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.InvalidEvent;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Inserts events into the inbox table of a tenant's database; an event that exists is not inserted
 * again.
 */
@Singleton
final class InboxStore {

  /** The table is created by the blueprints' migrations. */
  private static final String INSERT =
      """
      INSERT INTO inbox_events
        (source, event_id, type, subject, occurred_at, received_at, attributes, content_type, data, raw_data)
      SELECT source, event_id, type, subject, occurred_at, received_at, attributes::jsonb, content_type,
        data::jsonb, raw_data
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[],
          $7::text[], $8::text[], $9::text[], $10::bytea[])
        WITH ORDINALITY AS event (source, event_id, type, subject, occurred_at, received_at, attributes,
          content_type, data, raw_data, position)
      ORDER BY position
      ON CONFLICT ON CONSTRAINT inbox_events_once DO NOTHING
      """;

  /** RFC 3339 allows years of four digits only. */
  private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private final ObjectMapper mapper;

  InboxStore(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /**
   * An event in the form of the inbox table.
   *
   * @param occurredAt the sender's timestamp, if given
   * @param receivedAt when the event was accepted
   * @param json the data, if it is JSON
   */
  record Received(
      Event event,
      Optional<OffsetDateTime> occurredAt,
      OffsetDateTime receivedAt,
      Optional<String> json) {

    /**
     * Reads a message.
     *
     * @throws InvalidEvent if the message is not an event that can be stored
     */
    static Received of(ConsumerRecord<byte[], byte[]> message) {
      Event event = EventMessage.read(message);
      boolean hasJson = Event.isJson(event.contentType()) && event.data().length > 0;
      return new Received(
          event,
          event.time().map(Received::time),
          Instant.ofEpochMilli(Math.clamp(message.timestamp(), 0, LATEST.toEpochMilli()))
              .atOffset(ZoneOffset.UTC),
          hasJson ? Optional.of(text(event.data())) : Optional.empty());
    }

    private static OffsetDateTime time(String text) {
      try {
        OffsetDateTime time = OffsetDateTime.parse(text);
        if (time.toInstant().isBefore(EARLIEST) || time.toInstant().isAfter(LATEST)) {
          throw new InvalidEvent("the header ce_time is outside of the years 0 to 9999");
        }
        return time;
      } catch (DateTimeException e) {
        throw new InvalidEvent("the header ce_time is not an RFC 3339 timestamp");
      }
    }

    private static String text(byte[] data) {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
      } catch (CharacterCodingException e) {
        throw new InvalidEvent("the content type is JSON but the data is not UTF-8");
      }
    }

    private @Nullable Buffer bytes() {
      return json.isPresent() || event.data().length == 0 ? null : Buffer.buffer(event.data());
    }
  }

  /**
   * Inserts the events that are not stored yet, in order, and returns their number. Called without
   * events, it checks that events can be stored.
   */
  int store(Sql database, List<Received> events) {
    return database.changed(
        INSERT,
        column(events, String[]::new, e -> e.event().source()),
        column(events, String[]::new, e -> e.event().id()),
        column(events, String[]::new, e -> e.event().type()),
        column(events, String[]::new, e -> e.event().subject().orElse(null)),
        column(events, OffsetDateTime[]::new, e -> e.occurredAt().orElse(null)),
        column(events, OffsetDateTime[]::new, Received::receivedAt),
        column(events, String[]::new, e -> json(e.event().extensions())),
        column(events, String[]::new, e -> e.event().contentType()),
        column(events, String[]::new, e -> e.json().orElse(null)),
        column(events, Buffer[]::new, Received::bytes));
  }

  private static <T> @Nullable T[] column(
      List<Received> events, IntFunction<T[]> array, Function<Received, @Nullable T> value) {
    return events.stream().map(value).toArray(array);
  }

  private String json(Map<String, String> attributes) {
    try {
      return mapper.writeValueAsString(attributes);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
