package io.tenantry.ingestion.metrics;

import static io.restassured.RestAssured.given;
import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tenantry.ingestion.RawHttp;
import io.tenantry.ingestion.Readiness;
import io.tenantry.testing.LocalStackResource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Metrics need no credentials: their labels contain nothing from callers. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("F23")
@Tag("P13")
class HttpLabelsTest {

  @TestHTTPResource URI service;
  private final String marker = "marker-" + UUID.randomUUID();

  @BeforeEach
  void awaitTopics() {
    Readiness.await("topics", "UP");
  }

  private static String metrics() {
    return given().get("/q/metrics").then().statusCode(200).extract().asString();
  }

  @Test
  void labelsNewRoutesAfterHundredsOfAnonymousRequests() {
    try (HttpClient client = HttpClient.newHttpClient()) {
      List<CompletableFuture<HttpResponse<Void>>> requests =
          IntStream.range(0, 350)
              .mapToObj(n -> URI.create(service + "api/v1/" + marker + "/" + n))
              .map(HttpRequest::newBuilder)
              .map(
                  request ->
                      client.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding()))
              .toList();
      assertThat(requests).extracting(response -> response.join().statusCode()).containsOnly(401);
    }
    asAdmin().get("/api/v1/instances/" + marker).then().statusCode(404);
    asAdmin().get("/api/v1/limits/tenants/" + UUID.randomUUID()).then().statusCode(200);

    assertThat(metrics())
        .doesNotContain(marker)
        .contains("uri=\"UNKNOWN\"")
        .contains("uri=\"/api/v1/instances/{name}\"")
        .contains("uri=\"/api/v1/limits/{kind}/{id}\"");
  }

  @Test
  void hidesPathsThatMatchNoRoute() {
    given().get("/" + marker).then().statusCode(401);
    asAdmin().get("/api/v1/" + marker).then().statusCode(404);
    asAdmin().get("/api/v1/tenants/" + marker).then().statusCode(404);
    given().redirects().follow(false).get("/" + marker + "/../x").then().statusCode(401);
    given().urlEncodingEnabled(false).post("/webhook/./" + marker).then().statusCode(404);
    given().urlEncodingEnabled(false).get("/webhook/" + marker + "%00").then().statusCode(400);

    assertThat(metrics()).doesNotContain(marker);
  }

  @Test
  void labelsRoutesByTemplateOnly() {
    given().urlEncodingEnabled(false).post("/webhook/./././evolution");
    given().urlEncodingEnabled(false).post("/webhook/%65volution");
    given().post("/webhook/evolution/" + marker).then().statusCode(404);

    assertThat(metrics())
        .doesNotContain(marker, "/././", "%65", "%2565")
        .contains("uri=\"/webhook/evolution/{instance}\"");
  }

  @Test
  void hidesPathOfAbortedRequest() throws IOException {
    try (RawHttp connection = new RawHttp(RestAssured.port)) {
      connection.send(
          "POST /webhook/evolution/" + marker + "-cut HTTP/1.1",
          "Host: localhost",
          "Content-Length: 10",
          "",
          "x");
      connection.reset();
    }
    try (RawHttp connection = new RawHttp(RestAssured.port)) {
      connection.send("DELETE /" + marker + "-{cut} HTTP/1.1", "Host: localhost", "", "");
      connection.reset();
    }

    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(metrics()).doesNotContain(marker));
  }

  @Test
  void hidesUndefinedHttpMethods() throws IOException {
    try (RawHttp connection = new RawHttp(RestAssured.port)) {
      connection.send(
          "BREW" + marker.replace("-", "").toUpperCase(Locale.ROOT) + " / HTTP/1.1",
          "Host: h",
          "",
          "");
      assertThat(connection.status()).isGreaterThanOrEqualTo(400);
    }

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(metrics()).contains("method=\"OTHER\""));
    assertThat(metrics()).doesNotContain("BREW");
  }
}
