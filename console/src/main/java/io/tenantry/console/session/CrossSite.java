package io.tenantry.console.session;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule which requests come from pages of other sites, by what browsers report (Fetch Metadata
 * Request Headers). It is one defence of several: cookies are {@code SameSite=Strict}, and changes
 * need the session's CSRF token.
 */
final class CrossSite {

  private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final Set<String> OWN = Set.of("same-origin", "none");

  private CrossSite() {}

  /** Whether a request's method changes nothing. */
  static boolean isSafe(HttpMethod method) {
    return SAFE.contains(method);
  }

  /** Whether a browser reports another site or origin; clients that report nothing are no pages. */
  static boolean isForeign(HttpServerRequest request) {
    return isForeign(request.getHeader("Sec-Fetch-Site"));
  }

  static boolean isForeign(@Nullable String site) {
    return site != null && !OWN.contains(site);
  }
}
