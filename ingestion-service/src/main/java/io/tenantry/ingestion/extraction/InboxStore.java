package io.tenantry.ingestion.extraction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.ingestion.event.Event;
import io.tenantry.kernel.db.Sql;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Stores events in a tenant's own database, each once. */
@Singleton
final class InboxStore {

  /** The names of table and columns are those of the blueprints' migrations. */
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

  private final ObjectMapper mapper;

  InboxStore(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** An event and when it was accepted. */
  record Received(Event event, Instant at) {}

  /** Stores those that are not there yet, in their order; returns how many those are. */
  int store(Sql database, List<Received> events) {
    return database
        .run(
            INSERT,
            column(events, String[]::new, e -> e.event().source()),
            column(events, String[]::new, e -> e.event().id()),
            column(events, String[]::new, e -> e.event().type()),
            column(events, String[]::new, e -> e.event().subject().orElse(null)),
            column(
                events,
                OffsetDateTime[]::new,
                e -> e.event().time().map(OffsetDateTime::parse).orElse(null)),
            column(events, OffsetDateTime[]::new, e -> e.at().atOffset(ZoneOffset.UTC)),
            column(events, String[]::new, e -> json(e.event().extensions())),
            column(events, String[]::new, e -> e.event().contentType()),
            column(events, String[]::new, e -> isJson(e) ? text(e) : null),
            column(events, Buffer[]::new, e -> isJson(e) || isEmpty(e) ? null : bytes(e)))
        .rowCount();
  }

  private static <T> T[] column(
      List<Received> events, IntFunction<T[]> array, Function<Received, T> value) {
    return events.stream().map(value).toArray(array);
  }

  private static boolean isEmpty(Received received) {
    return received.event().data().length == 0;
  }

  private static boolean isJson(Received received) {
    return Event.isJson(received.event().contentType()) && !isEmpty(received);
  }

  private static String text(Received received) {
    return new String(received.event().data(), StandardCharsets.UTF_8);
  }

  private static Buffer bytes(Received received) {
    return Buffer.buffer(received.event().data());
  }

  private String json(Map<String, String> attributes) {
    try {
      return mapper.writeValueAsString(attributes);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
