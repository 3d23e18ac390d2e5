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
 * Propagates traces through Kafka headers (W3C Trace Context) into the delivery to databases, which
 * no library does. Without tracing, it does nothing.
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

  private final boolean disabled;
  private final OpenTelemetry telemetry;
  private final Tracer tracer;

  Traces(
      OpenTelemetry telemetry,
      @ConfigProperty(name = "quarkus.otel.sdk.disabled", defaultValue = "false")
          boolean disabled) {
    this.disabled = disabled;
    this.telemetry = telemetry;
    this.tracer = telemetry.getTracer("io.tenantry");
  }

  /** Adds the current trace context to the headers of a message. */
  public void inject(Headers headers) {
    if (disabled) {
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
   * Runs work on several messages, with one span in each trace that the messages belong to.
   *
   * @param name the name of the spans
   * @param tenantId the tenant whose database is used
   */
  public void runInSpans(String name, UUID tenantId, List<Headers> messages, Runnable work) {
    if (disabled) {
      work.run();
      return;
    }
    List<Span> spans = startSpans(name, tenantId, messages);
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

  private List<Span> startSpans(String name, UUID tenantId, List<Headers> messages) {
    Set<String> traceIds = new HashSet<>();
    List<Span> spans = new ArrayList<>();
    for (Headers headers : messages) {
      Context context =
          telemetry
              .getPropagators()
              .getTextMapPropagator()
              .extract(Context.root(), headers, GETTER);
      SpanContext origin = Span.fromContext(context).getSpanContext();
      if (origin.isValid() && traceIds.add(origin.getTraceId())) {
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
