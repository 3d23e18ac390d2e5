package io.tenantry.console.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Neither cookies nor credentials of the browser reach a service, nor a service's the browser. */
@Tag("P6")
class HeadersTest {

  @Test
  void passesOnWhatTheApiUsesWithTheTokenOfTheSession() {
    MultiMap received =
        MultiMap.caseInsensitiveMultiMap()
            .add("Cookie", "tenantry=secret")
            .add("authorization", "Bearer of-the-browser")
            .add("X-API-Key", "of-the-browser")
            .add("X-CSRF-Token", "secret")
            .add("Connection", "keep-alive, X-Hop")
            .add("X-Hop", "1")
            .add("Transfer-Encoding", "chunked")
            .add("Upgrade", "websocket")
            .add("X-Forwarded-For", "192.0.2.1")
            .add("Host", "console.example.com")
            .add("idempotency-key", "once")
            .add("content-type", "application/json");

    assertThat(Headers.forRequest(received, "of-the-session"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "authorization", "Bearer of-the-session",
                "Idempotency-Key", "once",
                "Content-Type", "application/json"));
  }

  @Test
  void passesBackNeitherCookiesNorPolicies() {
    MultiMap received =
        MultiMap.caseInsensitiveMultiMap()
            .add("Set-Cookie", "a=b")
            .add("WWW-Authenticate", "Bearer")
            .add("Access-Control-Allow-Origin", "*")
            .add("Content-Security-Policy", "default-src *")
            .add("Transfer-Encoding", "chunked")
            .add("Location", "http://tenant-service:8081/api/v1/jobs/1?wait=5")
            .add("Retry-After", "1")
            .add("content-type", "application/json");
    Map<String, String> passed = new TreeMap<>();
    Headers.forResponse(received, "/api/tenant/v1/")
        .forEach(header -> passed.put(header.getKey(), header.getValue()));

    assertThat(passed)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "location", "/api/tenant/v1/jobs/1",
                "Retry-After", "1",
                "Content-Type", "application/json"));
  }

  @Test
  void passesBackNoLocationElsewhere() {
    assertThat(Headers.rewritten("https://evil.example/x", "/api/tenant/v1/")).isEmpty();
    assertThat(Headers.rewritten("not a URI", "/api/tenant/v1/")).isEmpty();
    assertThat(Headers.rewritten("/api/v1/tenants/1", "/api/tenant/v1/"))
        .contains("/api/tenant/v1/tenants/1");
  }
}
