package io.tenantry.console.web;

import io.quarkus.security.AuthenticationException;
import io.tenantry.console.problem.ConsoleError;
import io.tenantry.console.problem.Problem;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Serves the app's page under every path of the app, so that its addresses can be opened in a new
 * tab. Its files are served by Quarkus.
 */
@Singleton
final class AppRoutes {

  private static final Logger LOG = Logger.getLogger(AppRoutes.class);

  /** The file of the page. */
  static final String PAGE = "/index.html";

  /** The page for tenants is an app of its own, without the code of the console. */
  static final String PORTAL_PAGE = "/portal.html";

  /** After the static files. */
  private static final int LAST = 1_000_000;

  /** Where the service itself is. */
  private static final List<String> NO_PAGES =
      List.of("/q", "/api", "/session", "/hints", "/assets", "/portal/api");

  void register(@Observes Router router) {
    router.route().order(LAST).handler(AppRoutes::serve);
    router.route().failureHandler(AppRoutes::fail);
  }

  private static void fail(RoutingContext context) {
    Throwable failure = context.failure();
    // A redirect to the OpenID provider is one of those.
    if (failure == null || failure instanceof AuthenticationException) {
      context.next();
      return;
    }
    if (context.statusCode() == 400) {
      Problem.answer(context, ConsoleError.BAD_REQUEST, "The request is not valid HTTP.");
      return;
    }
    LOG.errorf(failure, "request failed path=%s", AccessLog.printable(context.normalizedPath()));
    Problem.answer(context, ConsoleError.INTERNAL_ERROR, "The console's log has the reason.");
  }

  private static void serve(RoutingContext context) {
    HttpMethod method = context.request().method();
    if (!isPage(context.normalizedPath())
        || !(method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))) {
      Problem.answer(context, ConsoleError.NOT_FOUND, "There is nothing under this path.");
      return;
    }
    context.reroute(pageOf(context.normalizedPath()));
  }

  /** The file of the page under a path. */
  static String pageOf(String path) {
    return isUnder(path, "/portal") ? PORTAL_PAGE : PAGE;
  }

  /** Whether the app has a page there. */
  static boolean isPage(String path) {
    boolean isFile = path.indexOf('.', path.lastIndexOf('/') + 1) >= 0;
    return path.startsWith("/")
        && !isFile
        && NO_PAGES.stream().noneMatch(each -> isUnder(path, each));
  }

  /** Whether a path is this one or below it. */
  static boolean isUnder(String path, String parent) {
    return path.equals(parent) || path.startsWith(parent + "/");
  }
}
