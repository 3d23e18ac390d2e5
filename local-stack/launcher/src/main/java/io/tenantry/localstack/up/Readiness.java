package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Checks whether a service is ready for requests. */
final class Readiness {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private Readiness() {}

  /** Queries a service's readiness; a service that does not respond is not ready. */
  static boolean of(URI service, HttpClient client) {
    HttpRequest request =
        HttpRequest.newBuilder(service.resolve("/q/health/ready")).timeout(TIMEOUT).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      // The connection was refused or reset: the service is not ready yet.
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while waiting for a service", e);
    }
  }
}
