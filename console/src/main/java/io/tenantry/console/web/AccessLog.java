package io.tenantry.console.web;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tenantry.console.runtime.ConsoleConfig;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Logs one line for each request: method, path, status and duration. Queries, bodies and headers
 * are not logged: they may hold secrets.
 */
@Singleton
final class AccessLog {

  private static final Logger LOG = Logger.getLogger(AccessLog.class);

  /** Runs before all other filters, so that requests those refuse are logged, too. */
  private static final int FIRST = 3000;

  private static final int LONGEST_PATH = 300;

  private final ConsoleConfig config;

  AccessLog(ConsoleConfig config) {
    this.config = config;
  }

  void register(@Observes Filters filters) {
    if (config.accessLog()) {
      filters.register(AccessLog::start, FIRST);
    }
  }

  private static void start(RoutingContext context) {
    long started = System.nanoTime();
    String path = Objects.requireNonNullElse(context.request().path(), "");
    context.addEndHandler(
        ended -> {
          int status = context.response().getStatusCode();
          if (status >= 400 || !isQuiet(path)) {
            LOG.infof(
                "method=%s path=%s status=%d ms=%d%s",
                context.request().method(),
                printable(path),
                status,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started),
                context.response().ended() ? "" : " cut=true");
          }
        });
    context.next();
  }

  /** Probes, and the files of the app. */
  private static boolean isQuiet(String path) {
    return path.startsWith("/q/") || path.startsWith("/assets/");
  }

  /** Senders choose the path: it is kept to one line of limited length. */
  static String printable(String path) {
    String line = path.chars().allMatch(c -> c > ' ' && c < 127) ? path : "(unprintable)";
    return line.length() > LONGEST_PATH ? line.substring(0, LONGEST_PATH) + "…" : line;
  }
}
