package io.tenantry.console.web;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.micrometer.runtime.HttpServerMetricsTagsContributor;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Keeps callers' text out of the labels of HTTP metrics: a path becomes the part of the console
 * that serves it.
 */
@Singleton
public final class HttpLabels implements MeterFilter, HttpServerMetricsTagsContributor {

  private static final String METHOD = "method";
  private static final String URI = "uri";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final List<String> PARTS =
      List.of(
          "/api/tenant",
          "/api/ingestion",
          "/api/backup",
          "/session",
          "/hints",
          "/portal/api",
          "/assets",
          "/q");

  @Override
  public Tags contribute(HttpServerMetricsTagsContributor.Context answered) {
    return Tags.of(URI, part(Objects.requireNonNullElse(answered.request().path(), "")));
  }

  /** The part of the console that serves a path. */
  static String part(String path) {
    return PARTS.stream().filter(part -> AppRoutes.isUnder(path, part)).findFirst().orElse("app");
  }

  /** Also sees requests whose connection was closed before the answer. */
  @Override
  public Meter.Id map(Meter.Id id) {
    if (!id.getName().startsWith("http.server.")) {
      return id;
    }
    Tags tags = Tags.of(id.getTags());
    String method = id.getTag(METHOD);
    if (method != null && !METHODS.contains(method)) {
      tags = tags.and(Tag.of(METHOD, "OTHER"));
    }
    String uri = id.getTag(URI);
    if (uri != null) {
      tags = tags.and(Tag.of(URI, uri.startsWith("/") ? part(uri) : "app"));
    }
    return id.replaceTags(tags);
  }
}
