package io.tenantry.tenant.update;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.tenant.event.TenantEvents;
import io.tenantry.testing.LocalStackResource;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Changes of a tenant by REST are published, without their values. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class UpdatedEventTest {

  private static final String UPDATED = "io.tenantry.tenant.updated.v1";

  private final String name = newName();
  private String tenant;

  @BeforeEach
  void create() {
    tenant =
        asAdmin()
            .body(
                "{\"name\":\"%s\",\"environment\":\"staging\",\"services\":[\"auth\"]}"
                    .formatted(name))
            .post(TENANTS)
            .then()
            .statusCode(201)
            .extract()
            .path("tenant_id");
  }

  private void patch(String path, String body) {
    asAdmin().body(body).patch(TENANTS + "/" + tenant + path).then().statusCode(200);
  }

  private void post(String path) {
    asAdmin().post(TENANTS + "/" + tenant + path).then().statusCode(200);
  }

  /** The events of the tenant, up to its deletion. */
  private List<TenantEvents.Event> events() {
    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> TenantEvents.all().stream().filter(e -> e.key().equals(tenant)).toList(),
            found -> found.getLast().type().equals("io.tenantry.tenant.deleted.v1"));
  }

  private List<String> changes() {
    return events().stream()
        .filter(event -> event.type().equals(UPDATED))
        .map(event -> String.join(",", JsonPath.from(event.data()).getList("changed")))
        .toList();
  }

  @Test
  @Tag("P1")
  @Tag("T11")
  void namesChangedFieldsWithoutTheirValues() {
    patch(
        "",
        "{\"name\":\"%s-new\",\"metadata\":{\"plan\":\"secret-plan\"},\"external_id\":\"secret-%s\"}"
            .formatted(name, name));
    patch("", "{\"metadata\":{\"plan\":null}}");
    patch("", "{\"external_id\":null}");

    List<TenantEvents.Event> updates =
        events().stream().filter(event -> event.type().equals(UPDATED)).toList();

    assertThat(updates)
        .extracting(TenantEvents.Event::data)
        .containsExactly(
            data("\"name\",\"metadata\",\"external_id\""),
            data("\"metadata\""),
            data("\"external_id\""));
  }

  private String data(String changed) {
    return "{\"tenant_id\":\"%s\",\"name\":\"%s-new\",\"environment\":\"staging\",\"changed\":[%s]}"
        .formatted(tenant, name, changed);
  }

  @Test
  @Tag("P1")
  @Tag("T15")
  @Tag("T17")
  void reportsQuotasAndServices() {
    patch("/quotas", "{\"api_keys\":7,\"services\":2}");
    for (String action : List.of("disable", "enable")) {
      post("/services/auth/" + action);
    }
    asAdmin().put(TENANTS + "/" + tenant + "/services/storage").then().statusCode(200);
    asAdmin().delete(TENANTS + "/" + tenant + "/services/auth").then().statusCode(204);

    assertThat(changes()).containsExactly("quotas", "services", "services", "services", "services");
  }

  @Test
  @Tag("P1")
  void reportsNothingThatDidNotChange() {
    patch("", "{}");
    patch(
        "", "{\"name\":\"%s\",\"metadata\":{\"plan\":null},\"external_id\":null}".formatted(name));
    patch("/quotas", "{}");
    patch("/quotas", "{\"services\":3}");
    post("/services/auth/enable");
    asAdmin().put(TENANTS + "/" + tenant + "/services/auth").then().statusCode(200);
    asAdmin().delete(TENANTS + "/" + tenant + "/services/storage").then().statusCode(204);
    post("/suspend");
    post("/resume");

    assertThat(changes()).isEmpty();
  }
}
