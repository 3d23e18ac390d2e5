package io.tenantry.console.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.URI;
import org.jboss.logging.Logger;

/**
 * Opens requests to the REST APIs of the three services, and of nothing else. Redirects are not
 * followed.
 */
@Singleton
public final class ServiceClient {

  private static final Logger LOG = Logger.getLogger(ServiceClient.class);

  private final HttpClient client;
  private final ConsoleConfig.Services settings;
  private final MeterRegistry metrics;

  ServiceClient(Vertx vertx, ConsoleConfig config, MeterRegistry metrics) {
    this.settings = config.services();
    this.metrics = metrics;
    for (Service service : Service.values()) {
      requireBase(service, service.url(settings));
      failures(service);
    }
    HttpClientOptions options =
        new HttpClientOptions()
            .setMaxPoolSize(settings.maxConnections())
            .setMaxWaitQueueSize(4 * settings.maxConnections())
            // Shorter than the services keep an idle connection.
            .setKeepAliveTimeout(30);
    settings
        .sslRootCert()
        .filter(file -> !file.isBlank())
        .ifPresent(file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file)));
    this.client = vertx.createHttpClient(options);
  }

  private static void requireBase(Service service, URI url) {
    boolean valid =
        url.getHost() != null
            && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
            && url.getRawUserInfo() == null
            && url.getRawQuery() == null
            && (url.getRawPath().isEmpty() || url.getRawPath().equals("/"));
    if (!valid) {
      throw new IllegalArgumentException(
          "%s_URL must be a URL like http://host:port, without a path".formatted(service.name()));
    }
  }

  private Counter failures(Service service) {
    return Counter.builder("tenantry.console.service.failures")
        .description("Requests that a service did not answer")
        .tag("service", service.serviceName())
        .register(metrics);
  }

  /**
   * Opens a request.
   *
   * @param target a path of the service's API with its query, checked by the caller
   */
  public Future<HttpClientRequest> open(Service service, HttpMethod method, String target) {
    if (!target.startsWith("/api/v1/")) {
      throw new IllegalArgumentException("not a path of the API");
    }
    URI base = service.url(settings);
    boolean tls = "https".equals(base.getScheme());
    return client.request(
        new RequestOptions()
            .setMethod(method)
            .setHost(base.getHost())
            .setPort(base.getPort() >= 0 ? base.getPort() : tls ? 443 : 80)
            .setSsl(tls)
            .setURI(target)
            .setFollowRedirects(false)
            .setConnectTimeout(settings.connectTimeout().toMillis())
            .setIdleTimeout(settings.responseTimeout().toMillis()));
  }

  /** Counts and logs that a service did not answer. */
  public void recordFailure(Service service, Throwable failure) {
    failures(service).increment();
    LOG.warnf(
        "service did not answer service=%s reason=%s: %s",
        service.serviceName(), failure.getClass().getSimpleName(), failure.getMessage());
  }

  @PreDestroy
  void close() {
    client.close();
  }
}
