package io.tenantry.tenant.externalservice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.faulttolerance.api.TypedGuard;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;

/**
 * Calls the auth, realtime and storage services. Their URLs come from configuration only: redirects
 * are not followed, and URLs in responses are not called.
 */
@Singleton
final class ServiceClient {

  private static final int MAX_RESPONSE_BYTES = 1 << 16;
  private static final Set<Integer> NOT_FOUND = Set.of(404, 410);

  private final ServicesConfig config;
  private final ObjectMapper mapper;
  private final ObjectReader reader;
  private final HttpClient http;
  private final TypedGuard<Answer> withRetries;
  private final TypedGuard<Answer> withoutRetries;

  ServiceClient(ServicesConfig config, ObjectMapper mapper) {
    this.config = config;
    this.mapper = mapper;
    this.reader =
        mapper
            .readerFor(Registration.class)
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.timeout())
            .build();
    this.withoutRetries = guard().build();
    this.withRetries =
        guard()
            .withRetry()
            .maxRetries(config.attempts() - 1)
            .delay(config.retryDelay().toMillis(), ChronoUnit.MILLIS)
            .whenException(ServiceClient::isRetryable)
            .withExponentialBackoff()
            .factor(2)
            .maxDelay(config.maxRetryDelay().toMillis(), ChronoUnit.MILLIS)
            .done()
            .done()
            .build();
    check(config.url().auth());
    check(config.url().realtime());
    check(config.url().storage());
  }

  /**
   * Limits each attempt including the response body, which a service may start and never complete.
   */
  private TypedGuard.Builder<Answer> guard() {
    return TypedGuard.create(Answer.class)
        .withTimeout()
        .duration(config.timeout().toMillis(), ChronoUnit.MILLIS)
        .done();
  }

  private static void check(Optional<URI> url) {
    if (url.isPresent()
        && (!Set.of("http", "https").contains(String.valueOf(url.get().getScheme()))
            || url.get().getHost() == null)) {
      throw new ConfigurationException("the URL of a service must start with http:// or https://");
    }
  }

  private static boolean isRetryable(Throwable failure) {
    return failure instanceof TimeoutException
        || (failure instanceof ServiceCallFailed call && call.retryable());
  }

  /** Whether a URL is configured for services of this type. */
  boolean isConfigured(String type) {
    return url(type).isPresent();
  }

  /**
   * Registers a tenant with a service; safe to repeat.
   *
   * @param about the tenant's fields, sent as a JSON object
   * @throws ServiceCallFailed after the last attempt
   */
  Registration register(String type, UUID tenantId, Map<String, String> about)
      throws ServiceCallFailed {
    String answer =
        call(
                withRetries,
                request(type, tenantId, "")
                    .header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString(json(about))))
            .body();
    try {
      return answer.isBlank() ? Registration.EMPTY : reader.readValue(answer);
    } catch (JsonProcessingException e) {
      throw new ServiceCallFailed("returned an invalid registration", false);
    }
  }

  /**
   * Deregisters a tenant from a service; safe to repeat.
   *
   * @throws ServiceCallFailed after the last attempt
   */
  void deregister(String type, UUID tenantId) throws ServiceCallFailed {
    call(withRetries, request(type, tenantId, "").DELETE());
  }

  /**
   * Checks the health of a tenant's service, without retries.
   *
   * @throws ServiceCallFailed if the check fails
   */
  void checkHealth(String type, UUID tenantId) throws ServiceCallFailed {
    call(withoutRetries, request(type, tenantId, "/health").GET());
  }

  private HttpRequest.Builder request(String type, UUID tenantId, String suffix) {
    String base = url(type).orElseThrow().toString().replaceFirst("/+$", "");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/tenants/" + tenantId + suffix))
            .header("Accept", "application/json")
            .timeout(config.timeout());
    config.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    return request;
  }

  private Answer call(TypedGuard<Answer> guard, HttpRequest.Builder request)
      throws ServiceCallFailed {
    try {
      return guard.call(() -> send(request.build()));
    } catch (ServiceCallFailed e) {
      throw e;
    } catch (TimeoutException e) {
      throw new ServiceCallFailed("did not respond within " + config.timeout(), e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer send(HttpRequest request) throws ServiceCallFailed, InterruptedException {
    HttpResponse<String> response;
    try {
      response =
          http.send(
              request,
              HttpResponse.BodyHandlers.limiting(
                  HttpResponse.BodyHandlers.ofString(), MAX_RESPONSE_BYTES));
    } catch (IOException e) {
      throw new ServiceCallFailed("is unreachable: " + e.getClass().getSimpleName(), e);
    }
    int status = response.statusCode();
    boolean deleted = request.method().equals("DELETE") && NOT_FOUND.contains(status);
    if (status / 100 != 2 && !deleted) {
      throw new ServiceCallFailed(
          "responded with status " + status, status >= 500 || status == 429 || status == 408);
    }
    return new Answer(response.body());
  }

  private Optional<URI> url(String type) {
    return switch (type) {
      case "auth" -> config.url().auth();
      case "realtime" -> config.url().realtime();
      case "storage" -> config.url().storage();
      default -> throw new IllegalArgumentException(type);
    };
  }

  private String json(Map<String, String> about) {
    try {
      return mapper.writeValueAsString(about);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Answer(String body) {}
}
