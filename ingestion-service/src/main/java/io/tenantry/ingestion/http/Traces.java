package io.tenantry.ingestion.http;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Traces over Kafka and into databases, where no library carries them (W3C Trace Context, as Kafka
 * headers). While tracing is off nothing is done at all.
 */
@Singleton
public final class Traces {

  private static final TextMapGetter<Headers> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
          return StreamSupport.stream(headers.spliterator(), false).map(Header::key).toList();
        }

        @Override
        public @Nullable String get(@Nullable Headers headers, String key) {
          Header header = headers == null ? null : headers.lastHeader(key);
          return header == null || header.value() == null
              ? null
              : new String(header.value(), StandardCharsets.UTF_8);
        }
      };

  private final boolean off;
  private final OpenTelemetry telemetry;
  private final Tracer tracer;

  Traces(
      OpenTelemetry telemetry,
      @ConfigProperty(name = "quarkus.otel.sdk.disabled", defaultValue = "false") boolean off) {
    this.off = off;
    this.telemetry = telemetry;
    this.tracer = telemetry.getTracer("io.tenantry");
  }

  /** Adds the trace of what is done at present to a message that is sent because of it. */
  public void carry(Headers headers) {
    if (off) {
      return;
    }
    telemetry
        .getPropagators()
        .getTextMapPropagator()
        .inject(
            Context.current(),
            headers,
            (to, name, value) -> {
              headers.remove(name);
              headers.add(name, value.getBytes(StandardCharsets.UTF_8));
            });
  }

  /**
   * Works on messages together: each trace that one of them belongs to gets a span for it.
   *
   * @param name what is done
   * @param tenantId whose database it is done to
   */
  public void continued(String name, UUID tenantId, List<Headers> messages, Runnable work) {
    if (off) {
      work.run();
      return;
    }
    List<Span> spans = begin(name, tenantId, messages);
    try {
      work.run();
    } catch (RuntimeException e) {
      // The message of an exception may quote data.
      spans.forEach(span -> span.setStatus(StatusCode.ERROR, e.getClass().getSimpleName()));
      throw e;
    } finally {
      spans.forEach(Span::end);
    }
  }

  private List<Span> begin(String name, UUID tenantId, List<Headers> messages) {
    Set<String> begun = new HashSet<>();
    List<Span> spans = new ArrayList<>();
    for (Headers headers : messages) {
      Context context =
          telemetry
              .getPropagators()
              .getTextMapPropagator()
              .extract(Context.root(), headers, GETTER);
      SpanContext origin = Span.fromContext(context).getSpanContext();
      if (origin.isValid() && begun.add(origin.getTraceId())) {
        SpanBuilder span =
            tracer
                .spanBuilder(name)
                .setParent(context)
                .setSpanKind(SpanKind.CONSUMER)
                .setAttribute("db.system.name", "postgresql")
                .setAttribute("tenantry.tenant.id", tenantId.toString());
        spans.add(span.startSpan());
      }
    }
    return spans;
  }
}
