package io.tenantry.console.web;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tenantry.console.runtime.ConsoleConfig;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers that restrict what a page may load and who may embed it, on every answer. No page may
 * embed the console; a page whose origin is configured may embed the portal for tenants.
 */
@Singleton
final class SecurityHeaders {

  private static final int FIRST = 2500;
  private static final String KEPT = SecurityHeaders.class.getName();
  private static final String CSP = "Content-Security-Policy";

  /** The app brings everything that it needs: no inline script or style, nothing of other hosts. */
  private static final String POLICY =
      "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
          + " form-action 'self'; frame-ancestors ";

  /** Answers of services are data: whatever they hold, nothing of it runs in a browser. */
  private static final String POLICY_OF_SERVICES =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors ";

  private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?");

  private final Set<String> parents;
  private final boolean tls;

  @Inject
  SecurityHeaders(ConsoleConfig config) {
    this(
        config.portal().parentOrigins().orElse(Set.of()),
        config.url().filter(url -> "https".equals(url.getScheme())).isPresent());
  }

  SecurityHeaders(Set<String> parents, boolean tls) {
    parents.stream()
        .filter(origin -> !ORIGIN.matcher(origin).matches())
        .findFirst()
        .ifPresent(
            origin -> {
              throw new IllegalArgumentException(
                  "PORTAL_PARENT_ORIGINS holds '%s', which is no origin such as https://host"
                      .formatted(origin));
            });
    this.parents = Set.copyOf(parents);
    this.tls = tls;
  }

  void register(@Observes Filters filters) {
    filters.register(this::add, FIRST);
  }

  private void add(RoutingContext context) {
    String path = PlainRequests.normalizedPath(context);
    Map<String, String> headers = context.get(KEPT);
    if (headers == null) {
      headers = of(path, context.request().getParam("parent_origin"));
      context.put(KEPT, headers);
    }
    // A page of the app is routed again, to its file, which clears the headers.
    headers.forEach(context.response().headers()::set);
    if (Set.of("/", AppRoutes.PAGE, AppRoutes.PORTAL_PAGE).contains(path)) {
      context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    }
    context.next();
  }

  /**
   * The headers of an answer.
   *
   * @param parent the origin of the page that embeds the portal, as its link says
   */
  Map<String, String> of(String path, @Nullable String parent) {
    Map<String, String> headers = new LinkedHashMap<>();
    Optional<String> embedder =
        Optional.ofNullable(parent)
            .filter(origin -> AppRoutes.pageOf(path).equals(AppRoutes.PORTAL_PAGE))
            .filter(parents::contains);
    headers.put(CSP, (isOfService(path) ? POLICY_OF_SERVICES : POLICY) + embedder.orElse("'none'"));
    if (embedder.isEmpty()) {
      headers.put("X-Frame-Options", "DENY");
    }
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put(
        "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    if (tls) {
      headers.put("Strict-Transport-Security", "max-age=31536000");
    }
    if (path.startsWith("/assets/")) {
      // Their names change with their content.
      headers.put(HttpHeaders.CACHE_CONTROL.toString(), "public, max-age=31536000, immutable");
    }
    return headers;
  }

  private static boolean isOfService(String path) {
    return AppRoutes.isUnder(path, "/api") || AppRoutes.isUnder(path, "/portal/api");
  }
}
