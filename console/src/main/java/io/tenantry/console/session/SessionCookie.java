package io.tenantry.console.session;

import io.tenantry.console.runtime.ConsoleConfig;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * The cookie of a session. Scripts cannot read it, other sites cannot send it, and it ends with the
 * browser. Over TLS its name has the prefix {@code __Host-}, so that no other host of the domain
 * can set it (RFC 6265bis, section 4.1.3).
 */
@Singleton
final class SessionCookie {

  private static final String NAME = "tenantry";

  /** Browsers keep no larger cookies. */
  private static final int LARGEST = 4096;

  private final boolean alwaysSecure;

  @Inject
  SessionCookie(ConsoleConfig config) {
    this(config.url().filter(url -> "https".equals(url.getScheme())).isPresent());
  }

  SessionCookie(boolean alwaysSecure) {
    this.alwaysSecure = alwaysSecure;
  }

  private boolean isSecure(RoutingContext context) {
    return alwaysSecure || context.request().isSSL() || "https".equals(context.request().scheme());
  }

  private String name(RoutingContext context) {
    return isSecure(context) ? "__Host-" + NAME : NAME;
  }

  Optional<String> value(RoutingContext context) {
    return Optional.ofNullable(context.request().getCookie(name(context))).map(Cookie::getValue);
  }

  void set(RoutingContext context, String value) {
    if (value.length() > LARGEST) {
      throw new IllegalArgumentException("the session does not fit into a cookie");
    }
    context.response().addCookie(cookie(context, value));
  }

  void remove(RoutingContext context) {
    context.response().addCookie(cookie(context, "").setMaxAge(0));
  }

  private Cookie cookie(RoutingContext context, String value) {
    return Cookie.cookie(name(context), value)
        .setHttpOnly(true)
        .setSecure(isSecure(context))
        .setSameSite(CookieSameSite.STRICT)
        .setPath("/");
  }
}
