package io.tenantry.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Text of callers becomes no label of a metric. */
@Tag("P3")
class HttpLabelsTest {

  private final HttpLabels labels = new HttpLabels();

  private Meter.Id map(String name, String... tags) {
    return labels.map(new Meter.Id(name, Tags.of(tags), null, null, Meter.Type.TIMER));
  }

  @Test
  void countsUnknownMethodsTogether() {
    assertThat(map("http.server.requests", "method", "BREW").getTag("method")).isEqualTo("OTHER");
    assertThat(map("http.server.requests", "method", "get").getTag("method")).isEqualTo("OTHER");
    assertThat(map("http.server.requests", "method", "PATCH").getTag("method")).isEqualTo("PATCH");
  }

  /** Quarkus asks for no tags of a request that was cut off. */
  @Test
  void hidesThePathOfARequestWhoseConnectionWasClosed() {
    Meter.Id cutOff =
        map("http.server.requests", "method", "GET", "status", "RESET", "uri", "/api/v1/tenants/7");

    assertThat(cutOff.getTag("uri")).isEqualTo("UNKNOWN");
    assertThat(cutOff.getTag("method")).isEqualTo("GET");
  }

  @Test
  void keepsThePathTemplateOfAnAnsweredRequest() {
    assertThat(
            map("http.server.requests", "status", "200", "uri", "/api/v1/tenants/{id}")
                .getTag("uri"))
        .isEqualTo("/api/v1/tenants/{id}");
  }

  @Test
  void doesNotTouchOtherMetrics() {
    assertThat(map("http.client.requests", "method", "BREW", "status", "RESET", "uri", "/x"))
        .satisfies(id -> assertThat(id.getTag("method")).isEqualTo("BREW"))
        .satisfies(id -> assertThat(id.getTag("uri")).isEqualTo("/x"));
  }
}
