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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Logs one line for each request: method, path, tenant, job, status and duration. Queries, bodies
 * and headers are not logged: they may hold secrets.
 */
@Singleton
final class AccessLog {

  private static final Logger LOG = Logger.getLogger(AccessLog.class);

  /** Runs before all other filters, so that requests those refuse are logged, too. */
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

    /** Whether requests are logged. */
    @WithDefault("true")
    boolean enabled();

    /** Path prefixes whose successful requests are not logged, such as probes. */
    @WithDefault("/q/")
    List<String> quiet();
  }

  void register(@Observes Filters filters) {
    if (config.enabled()) {
      filters.register(this::begin, FIRST);
    }
  }

  private void begin(RoutingContext context) {
    long started = System.nanoTime();
    boolean quiet = config.quiet().stream().anyMatch(path(context)::startsWith);
    context.addEndHandler(
        ended -> {
          if (!quiet || context.response().getStatusCode() >= 400) {
            write(context, started, context.response().ended());
          }
        });
    context.next();
  }

  /** The path; empty for a CONNECT, which has none. */
  private static String path(RoutingContext context) {
    return Objects.requireNonNullElse(context.request().path(), "");
  }

  private static void write(RoutingContext context, long started, boolean whole) {
    HttpServerResponse response = context.response();
    String path = path(context);
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
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started),
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

  /** Senders choose the path: it is kept to one line of limited length. */
  static String printable(String path) {
    String line = path.chars().allMatch(c -> c > ' ' && c < 127) ? path : "(unprintable)";
    return line.length() > LONGEST_PATH ? line.substring(0, LONGEST_PATH) + "…" : line;
  }
}
