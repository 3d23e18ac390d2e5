package io.tenantry.tenant.event;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The events that tell what happened to tenants. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class OutboxTest {

  @Inject ObjectMapper mapper;

  @Test
  @Tag("P1")
  void publishesProvisionedTenantAsCloudEvent() throws IOException {
    String name = newName();
    UUID tenant = createTenant(name);

    TenantEvents.Event event = TenantEvents.awaitNamed(name).getFirst();

    assertThat(event.key()).isEqualTo(tenant.toString());
    assertThat(event.headers())
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_type", "io.tenantry.tenant.provisioned.v1")
        .containsEntry("ce_source", "/tenantry/tenant-service")
        .containsEntry("ce_subject", tenant.toString())
        .containsEntry("content-type", "application/json");
    assertThat(UUID.fromString(event.headers().get("ce_id"))).isNotNull();
    assertThat(Instant.parse(event.headers().get("ce_time"))).isBefore(Instant.now());
    JsonNode data = mapper.readTree(event.data());
    assertThat(data.path("tenant_id").asText()).isEqualTo(tenant.toString());
    assertThat(data.path("environment").asText()).isEqualTo("production");
    assertThat(data.path("backup").path("schedule").asText()).isEqualTo("0 0 2 * * ?");
    assertThat(data.path("backup").path("retention_days").asInt()).isEqualTo(30);
  }

  @Test
  @Tag("P1")
  void publishesEventsOfTenantInOrder() {
    String name = newName();
    UUID tenant = createTenant(name);
    asAdmin().delete(TENANTS + "/" + tenant + "?final_backup=false").then().statusCode(204);

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(TenantEvents.awaitNamed(name))
                    .extracting(TenantEvents.Event::type)
                    .containsExactly(
                        "io.tenantry.tenant.provisioned.v1",
                        "io.tenantry.tenant.deleting.v1",
                        "io.tenantry.tenant.deleted.v1"));
  }

  @Test
  @Tag("P1")
  void provisionsWithoutKafkaAndPublishesOnceKafkaIsBack() {
    createTenant(newName());
    String name = newName();

    LocalStack.shared().kafka().stop();
    try {
      createTenant(name);
    } finally {
      LocalStack.shared().kafka().start();
    }

    List<TenantEvents.Event> events = TenantEvents.awaitNamed(name);
    assertThat(events.stream().map(e -> e.headers().get("ce_id")).distinct()).hasSize(1);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                Postgres.value(Postgres.CONTROL, "SELECT count(*) FROM control_plane.outbox")
                    .equals("0"));
  }
}
