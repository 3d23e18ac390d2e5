package io.tenantry.tenant.apikey;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static io.tenantry.tenant.apikey.ApiKeyApi.path;
import static io.tenantry.tenant.apikey.ApiKeyApi.present;
import static io.tenantry.tenant.apikey.ApiKeyApi.rotate;
import static io.tenantry.tenant.apikey.ApiKeyApi.validate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.event.TenantEvents;
import io.tenantry.testing.LocalStackResource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** API keys: issued, listed, validated, rotated, revoked. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ApiKeyTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private UUID tenant;

  @BeforeEach
  void create() {
    tenant = createTenant(newName());
  }

  @Test
  @Tag("T16")
  void showsAKeyOnceAndStoresOnlyItsHash() throws Exception {
    String secret =
        asAdmin()
            .body(
                """
                {"name":"reporting","prefix":"rep","scopes":["read"],"expires_at":"2999-01-01T00:00:00Z"}
                """)
            .post(path(tenant))
            .then()
            .statusCode(201)
            .body("name", equalTo("reporting"))
            .body("scopes", contains("read"))
            .body("expires_at", equalTo("2999-01-01T00:00:00Z"))
            .body("key", matchesPattern("rep_[0-9]{13}_[0-9a-f]{48}"))
            .extract()
            .path("key");

    asAdmin()
        .get(path(tenant))
        .then()
        .statusCode(200)
        .body("items", hasSize(1))
        .body("items[0].prefix", equalTo("rep"))
        .body("items[0].status", equalTo("active"))
        .body(not(containsString(secret.substring(secret.lastIndexOf('_') + 1))));
    assertThat(column("encode(key_hash, 'hex')"))
        .containsExactly(
            HexFormat.of()
                .formatHex(
                    MessageDigest.getInstance("SHA-256")
                        .digest(secret.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  @Tag("T16")
  void givesKeyReadAndWriteByDefault() {
    ApiKeyApi.Key key = ApiKeyApi.create(tenant);

    asAdmin()
        .get(path(tenant, key))
        .then()
        .statusCode(200)
        .body("scopes", contains("read", "write"))
        .body("expires_at", nullValue())
        .body("last_used_at", nullValue());
  }

  @Test
  @Tag("T16")
  void refusesUnusableKeyRequest() {
    asAdmin()
        .body("{\"name\":\"\",\"scopes\":[],\"prefix\":\"A_\"}")
        .post(path(tenant))
        .then()
        .statusCode(422)
        .body("errors.field", contains("name", "prefix", "scopes"));
    asAdmin()
        .body("{\"name\":\"n\",\"scopes\":[\"portal\"]}")
        .post(path(tenant))
        .then()
        .statusCode(422)
        .body("errors.field", contains("scopes[0]"));
    asAdmin()
        .body("{\"name\":\"late\",\"expires_at\":\"2020-01-01T00:00:00Z\"}")
        .post(path(tenant))
        .then()
        .statusCode(422)
        .body("errors.field", contains("expires_at"));
    asAdmin()
        .body("{\"name\":\"n\"}")
        .post(path(UUID.randomUUID()))
        .then()
        .statusCode(404)
        .body("code", equalTo("TENANT_NOT_FOUND"));
  }

  @Test
  @Tag("T16")
  void listsOnlyKeysOfTenantInPages() {
    ApiKeyApi.create(createTenant(newName()));
    List<String> created =
        List.of(
            ApiKeyApi.create(tenant).id(),
            ApiKeyApi.create(tenant).id(),
            ApiKeyApi.create(tenant).id());

    List<String> listed = new ArrayList<>();
    String after = "00000000-0000-0000-0000-000000000000";
    while (after != null) {
      var page =
          asAdmin()
              .queryParam("limit", 2)
              .queryParam("after", after)
              .get(path(tenant))
              .then()
              .statusCode(200)
              .extract();
      listed.addAll(page.path("items.key_id"));
      after = page.path("next");
    }

    assertThat(listed).isSorted().containsExactlyInAnyOrderElementsOf(created);
  }

  @Test
  @Tag("T16")
  void validatesKeyByCheckOfServices() {
    ApiKeyApi.Key key = ApiKeyApi.create(tenant);

    validate(key.secret())
        .body("valid", equalTo(true))
        .body("tenant_id", equalTo(tenant.toString()))
        .body("key_id", equalTo(key.id()))
        .body("scopes", contains("read", "write"));
    validate("nm_1_" + "0".repeat(48))
        .body("valid", equalTo(false))
        .body("reason", equalTo("unknown"));
    validate("no key at all").body("reason", equalTo("unknown"));
    asAdmin()
        .body("{\"key\":\"%s\",\"scope\":\"admin\"}".formatted(key.secret()))
        .post("/api/v1/api-keys/validate")
        .then()
        .body("valid", equalTo(false))
        .body("reason", equalTo("missing_scope"));
    // In this service a tenant's key is known, and permits nothing of what only admins may do.
    assertThat(present(key.secret())).isEqualTo(403);
    assertThat(present("nm_1_" + "0".repeat(48))).isEqualTo(401);
  }

  @Test
  @Tag("T16")
  void refusesRevokedKeyWithinOneSecond() {
    ApiKeyApi.Key key = ApiKeyApi.create(tenant);
    validate(key.secret()).body("valid", equalTo(true));
    assertThat(present(key.secret())).isEqualTo(403);

    asAdmin().delete(path(tenant, key)).then().statusCode(204);
    await().pollDelay(Duration.ofSeconds(1)).until(() -> true);

    validate(key.secret()).body("valid", equalTo(false)).body("reason", equalTo("revoked"));
    assertThat(present(key.secret())).isEqualTo(401);
    asAdmin().delete(path(tenant, key)).then().statusCode(204);
    asAdmin().get(path(tenant, key)).then().body("status", equalTo("revoked"));
    asAdmin()
        .delete(path(tenant) + "/" + UUID.randomUUID())
        .then()
        .statusCode(404)
        .body("code", equalTo("API_KEY_NOT_FOUND"));
    await()
        .atMost(LIMIT)
        .until(
            () ->
                TenantEvents.all().stream()
                        .filter(event -> event.type().equals("io.tenantry.api-key.revoked.v1"))
                        .filter(event -> event.data().contains(key.id()))
                        .count()
                    == 1);
  }

  @Test
  @Tag("T16")
  void doesNotRevokeKeyOfAnotherTenant() {
    ApiKeyApi.Key other = ApiKeyApi.create(createTenant(newName()));

    asAdmin().delete(path(tenant, other)).then().statusCode(404);
    asAdmin().get(path(tenant, other)).then().statusCode(404);
    asAdmin().body("{}").post(path(tenant, other) + "/rotate").then().statusCode(404);

    validate(other.secret()).body("valid", equalTo(true));
  }

  @Test
  @Tag("T16")
  void refusesExpiredKey() {
    ApiKeyApi.Key key = ApiKeyApi.create(tenant);
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.api_keys SET expires_at = now() WHERE key_id = '%s'"
            .formatted(key.id()));

    validate(key.secret()).body("valid", equalTo(false)).body("reason", equalTo("expired"));
    asAdmin()
        .body("{}")
        .post(path(tenant, key) + "/rotate")
        .then()
        .statusCode(409)
        .body("code", equalTo("API_KEY_NOT_ACTIVE"));
  }

  @Test
  @Tag("T16")
  void refusesKeysOfSuspendedTenant() {
    ApiKeyApi.Key key = ApiKeyApi.create(tenant);
    asAdmin().post(TENANTS + "/" + tenant + "/suspend").then().statusCode(200);

    validate(key.secret())
        .body("valid", equalTo(false))
        .body("reason", equalTo("tenant_not_active"));
    assertThat(present(key.secret())).isEqualTo(403);
  }

  @Test
  @Tag("T16")
  void rotatesKeyWithOverlapInWhichBothAreValid() {
    ApiKeyApi.Key former = ApiKeyApi.create(tenant);

    ApiKeyApi.Key key = rotate(tenant, former, 60);

    validate(former.secret()).body("valid", equalTo(true)).body("expires_at", notNullValue());
    validate(key.secret()).body("valid", equalTo(true)).body("expires_at", nullValue());
    asAdmin().get(path(tenant, former)).then().body("replaced_by", equalTo(key.id()));
    asAdmin().body("{}").post(path(tenant, former) + "/rotate").then().statusCode(409);
  }

  @Test
  @Tag("T16")
  void rotatesKeyAndRevokesPreviousImmediately() {
    ApiKeyApi.Key former = ApiKeyApi.create(tenant);

    ApiKeyApi.Key key = rotate(tenant, former, 0);

    validate(former.secret()).body("valid", equalTo(false));
    validate(key.secret()).body("valid", equalTo(true));
    asAdmin().get(path(tenant, former)).then().body("status", equalTo("revoked"));
  }

  @Test
  @Tag("T16")
  void notesTheLastUseOfAKey() {
    ApiKeyApi.Key key = ApiKeyApi.create(tenant);
    for (int n = 0; n < 20; n++) {
      validate(key.secret());
    }

    await()
        .atMost(LIMIT)
        .until(() -> column("last_used_at").stream().allMatch(value -> value != null));
    asAdmin().get(path(tenant, key)).then().body("last_used_at", notNullValue());
  }

  private List<String> column(String expression) {
    return Postgres.column(
        Postgres.CONTROL,
        "SELECT %s FROM control_plane.api_keys WHERE tenant_id = ?".formatted(expression),
        tenant);
  }
}
