package io.tenantry.tenant.webhook;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No webhook goes to an address inside: not when an endpoint is saved, tested, or called. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("T23")
class RefusedAddressesTest {

  private static final String REFUSED = "OUTBOUND_ADDRESS_REFUSED";

  /** A public address, which is saved but not called. */
  private static final String PUBLIC = "https://93.184.216.34/";

  /** With TLS, so that none is refused for the lack of it. */
  private static List<String> insideAddresses() throws IOException {
    return Files.readAllLines(Path.of("../kernel/src/test/resources/inside-addresses.txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(url -> url.replaceFirst("^http:", "https:"))
        .toList();
  }

  @Test
  void refusesToSaveEndpointInside() throws IOException {
    String endpoints = TENANTS + "/" + createTenant(newName()) + "/webhooks/endpoints";
    String saved = create(endpoints);

    for (String url : insideAddresses()) {
      asAdmin()
          .body(Map.of("url", url))
          .post(endpoints)
          .then()
          .statusCode(422)
          .body("code", equalTo(REFUSED));
      asAdmin()
          .body(Map.of("url", url))
          .patch(endpoints + "/" + saved)
          .then()
          .statusCode(422)
          .body("code", equalTo(REFUSED));
    }
    asAdmin().get(endpoints).then().body("items.url", equalTo(List.of(PUBLIC)));
  }

  /** As if the address had been allowed when it was saved, or its name had led elsewhere. */
  @Test
  void refusesToTestAndToCallEndpointThatLeadsInside() {
    UUID tenant = createTenant(newName());
    String webhooks = TENANTS + "/" + tenant + "/webhooks";
    String endpoint = create(webhooks + "/endpoints");
    for (String url : List.of("https://127.0.0.1/", "https://localhost/", "https://[::1]/")) {
      Postgres.execute(
          Postgres.CONTROL,
          "UPDATE control_plane.webhook_endpoints SET url = '%s' WHERE endpoint_id = '%s'"
              .formatted(url, endpoint));
      asAdmin()
          .body("{}")
          .post(webhooks + "/endpoints/" + endpoint + "/test")
          .then()
          .statusCode(200)
          .body("accepted", equalTo(false))
          .body("error", containsString("addresses that may be called"));
    }

    asAdmin().post(TENANTS + "/" + tenant + "/suspend").then().statusCode(200);

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(
                        asAdmin()
                            .get(webhooks + "/deliveries")
                            .jsonPath()
                            .getList("items.last_error", String.class))
                    .singleElement()
                    .asString()
                    .contains("addresses that may be called"));
  }

  private static String create(String endpoints) {
    return asAdmin()
        .body(Map.of("url", PUBLIC))
        .post(endpoints)
        .then()
        .statusCode(201)
        .extract()
        .path("endpoint.endpoint_id");
  }
}
