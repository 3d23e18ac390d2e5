package io.tenantry.kernel.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.micrometer.runtime.HttpServerMetricsTagsContributor;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Keeps callers' text out of the labels of HTTP metrics. Anyone may read these labels, and a caller
 * without credentials could fill them with other tenants' ids, or with so many values that the
 * meter limit is reached. A path becomes a label only as the template or route that it matched.
 */
@Singleton
public final class HttpLabels implements MeterFilter, HttpServerMetricsTagsContributor {

  private static final String METHOD = "method";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final Tag OTHER_METHOD = Tag.of(METHOD, "OTHER");
  private static final Tag UNKNOWN_URI = Tag.of("uri", "UNKNOWN");

  /** Called when a request is answered; its result overrides Quarkus's own label. */
  @Override
  public Tags contribute(HttpServerMetricsTagsContributor.Context answered) {
    if (answered.requestContextLocalData("UrlPathTemplate") != null) {
      return Tags.empty();
    }
    String route = answered.requestContextLocalData("VertxRoute");
    boolean matched =
        route != null && (route.contains(":") || route.equals(answered.request().path()));
    return matched ? Tags.empty() : Tags.of(UNKNOWN_URI);
  }

  /**
   * Also sees requests whose connection was closed before the answer, for which no tags are
   * contributed.
   */
  @Override
  public Meter.Id map(Meter.Id id) {
    if (!id.getName().startsWith("http.server.")) {
      return id;
    }
    Tags tags = Tags.of(id.getTags());
    String method = id.getTag(METHOD);
    if (method != null && !METHODS.contains(method)) {
      tags = tags.and(OTHER_METHOD);
    }
    if ("RESET".equals(id.getTag("status"))) {
      tags = tags.and(UNKNOWN_URI);
    }
    return id.replaceTags(tags);
  }
}
