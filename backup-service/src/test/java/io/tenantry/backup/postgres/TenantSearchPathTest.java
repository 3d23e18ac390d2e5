package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.tenant.TenantLocation;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B4")
class TenantSearchPathTest {

  private static TenantLocation location(Optional<String> schema) {
    return new TenantLocation(UUID.randomUUID(), "default", "db", schema, "car_1");
  }

  @Test
  void schemaIsFollowedByPublicOnly() {
    assertThat(TenantSearchPath.of(location(Optional.of("acq_1")), List.of("elsewhere")))
        .isEqualTo(new TenantSearchPath(List.of("acq_1", "public"), true));
  }

  @Test
  void databaseHasPostgresDefaultUnlessConfigured() {
    assertThat(TenantSearchPath.of(location(Optional.empty()), List.of()))
        .isEqualTo(new TenantSearchPath(List.of("car_1", "public"), false));
    assertThat(
            TenantSearchPath.of(location(Optional.empty()), List.of("app one", "$user", "public")))
        .isEqualTo(new TenantSearchPath(List.of("app one", "car_1", "public"), false));
  }

  @Test
  void pathOfSchemaNamesItsSchemasOnly() {
    assertThat(TenantSearchPath.ofSchema("it's").setting(true))
        .contains("WHERE nspname IN (E'it''s', E'public')")
        .contains(", true)");
  }

  @Test
  void pathOfDatabaseIsFollowedByAllOtherSchemasOfTenant() {
    assertThat(TenantSearchPath.of(location(Optional.empty()), List.of()).setting(false))
        .contains("ARRAY[E'car_1', E'public']")
        .contains("nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'")
        .contains(", false)");
  }
}
