package io.tenantry.ingestion.process;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.testing.OpenIdProvider;
import io.tenantry.testing.ServiceProcess;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What groups of an OpenID provider may do where tenants' keys may do something, too. */
@Tag("P13")
class OpenIdRolesIT {

  private static OpenIdProvider provider;
  private static ServiceProcess service;

  @BeforeAll
  static void start() {
    provider = new OpenIdProvider();
    service =
        ServiceProcess.start(
            Map.of(
                "OIDC_ENABLED", "true",
                "OIDC_ISSUER", provider.issuer(),
                "TENANTRY_EXTRACTION_ENABLED", "false",
                "TENANTRY_DEAD_LETTERS_ENABLED", "false"));
  }

  @AfterAll
  static void stop() {
    service.close();
    provider.close();
  }

  private static int get(String group, String path) {
    return given()
        .baseUri(service.address().toString())
        .auth()
        .oauth2(provider.token(group))
        .get(path)
        .statusCode();
  }

  private static int redrive(String group) {
    return given()
        .baseUri(service.address().toString())
        .auth()
        .oauth2(provider.token(group))
        .contentType("application/json")
        .body("{\"dry_run\":true}")
        .post("/api/v1/dead-letters/redrive")
        .statusCode();
  }

  @ParameterizedTest
  @ValueSource(strings = {"scope:read", "scope:write", "administrators", "backup_reader"})
  void refusesGroupNamedLikeScope(String group) {
    assertThat(get(group, "/api/v1/dead-letters")).isEqualTo(403);
    assertThat(get(group, "/api/v1/dead-letters/count")).isEqualTo(403);
    assertThat(redrive(group)).isEqualTo(403);
  }

  @Test
  void givesConfiguredGroupsTheirRoles() {
    assertThat(get("viewer", "/api/v1/dead-letters")).isEqualTo(200);
    assertThat(redrive("viewer")).isEqualTo(403);
    assertThat(redrive("operator")).isEqualTo(200);
  }
}
