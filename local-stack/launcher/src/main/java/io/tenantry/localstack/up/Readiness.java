package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Whether a service takes requests. */
final class Readiness {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private Readiness() {}

  /** What a service says of itself now; one that does not answer is not ready. */
  static boolean of(URI service, HttpClient client) {
    HttpRequest request =
        HttpRequest.newBuilder(service.resolve("/q/health/ready")).timeout(LIMIT).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      // Nobody listens yet, or the connection breaks off: it is not there yet.
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while waiting for a service", e);
    }
  }
}
