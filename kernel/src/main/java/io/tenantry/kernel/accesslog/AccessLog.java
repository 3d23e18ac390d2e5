package io.tenantry.kernel.accesslog;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.auth.TenantPrincipal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * One line for each request that is answered: what was asked, of which tenant and job, what came of
 * it and how long it took. Neither queries, bodies nor headers are written: they may be anybody's.
 */
@Singleton
final class AccessLog {

  private static final Logger LOG = Logger.getLogger(AccessLog.class);

  /** Before any other filter, so that what those refuse is written, too. */
  private static final int FIRST = 3000;

  private static final String UUID =
      "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})";
  private static final Pattern TENANT = Pattern.compile("/(?:tenants|projects|schedules)/" + UUID);
  private static final Pattern JOB = Pattern.compile("/jobs/" + UUID);
  private static final int LONGEST_PATH = 300;

  private final Config config;

  AccessLog(Config config) {
    this.config = config;
  }

  @ConfigMapping(prefix = "tenantry.access-log")
  interface Config {

    /** Whether requests are written. */
    @WithDefault("true")
    boolean enabled();

    /**
     * Paths, or what they begin with, whose successes are not written: probes, and where requests
     * come by the thousand.
     */
    @WithDefault("/q/")
    List<String> quiet();
  }

  void register(@Observes Filters filters) {
    if (config.enabled()) {
      filters.register(this::begin, FIRST);
    }
  }

  private void begin(RoutingContext context) {
    long begun = System.nanoTime();
    boolean quiet = config.quiet().stream().anyMatch(context.request().path()::startsWith);
    context.addEndHandler(
        ended -> {
          if (!quiet || context.response().getStatusCode() >= 400) {
            write(context, begun, context.response().ended());
          }
        });
    context.next();
  }

  private static void write(RoutingContext context, long begun, boolean whole) {
    HttpServerResponse response = context.response();
    String path = context.request().path();
    Optional<String> tenant = tenantOf(context, path);
    Optional<String> job = jobIn(path).or(() -> location(response).flatMap(AccessLog::jobIn));
    tenant.ifPresent(id -> MDC.put("tenant", id));
    job.ifPresent(id -> MDC.put("job", id));
    try {
      LOG.infof(
          "method=%s path=%s status=%d ms=%d%s%s%s",
          context.request().method(),
          printable(path),
          response.getStatusCode(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun),
          tenant.map(" tenant="::concat).orElse(""),
          job.map(" job="::concat).orElse(""),
          whole ? "" : " cut=true");
    } finally {
      MDC.remove("tenant");
      MDC.remove("job");
    }
  }

  private static Optional<String> tenantOf(RoutingContext context, String path) {
    if (context.user() instanceof QuarkusHttpUser user
        && user.getSecurityIdentity().getPrincipal() instanceof TenantPrincipal tenant) {
      return Optional.of(tenant.tenantId().toString());
    }
    return tenantIn(path).or(() -> location(context.response()).flatMap(AccessLog::tenantIn));
  }

  /** The tenant that a path or a URL names. */
  static Optional<String> tenantIn(String path) {
    return first(TENANT, path);
  }

  /** The job that a path or a URL names. */
  static Optional<String> jobIn(String path) {
    return first(JOB, path);
  }

  private static Optional<String> location(HttpServerResponse response) {
    return Optional.ofNullable(response.headers().get(HttpHeaders.LOCATION));
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** A path is whatever its sender likes: one line, and not without end. */
  static String printable(String path) {
    String line = path.chars().allMatch(c -> c > ' ' && c < 127) ? path : "(unprintable)";
    return line.length() > LONGEST_PATH ? line.substring(0, LONGEST_PATH) + "…" : line;
  }
}
