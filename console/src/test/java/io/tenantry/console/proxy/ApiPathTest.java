package io.tenantry.console.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only paths of the services' API are passed on, however they are written. */
@Tag("P6")
class ApiPathTest {

  private static final String PREFIX = "/api/tenant/v1/";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tenants",
        "tenants?limit=10&name_prefix=acme%20corp",
        "tenants/4b0cbb7a-4d11-4bbf-9f0a-3b3f7e5f8a9e",
        "topics/tenantry.tenant-events",
        "topics/a.b/dead-letters/0:12",
        "blueprints/caf%C3%A9",
        "events?type=a/b&time=2026-01-01T00:00:00%2B01:00",
      })
  void passesPathsOfTheApi(String rest) {
    assertThat(ApiPath.rest(PREFIX + rest, PREFIX)).contains(rest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/tenants",
        "tenants/",
        "tenants//x",
        ".",
        "..",
        "../q/metrics",
        "tenants/../../q/metrics",
        "tenants/..",
        "tenants/%2e%2e/q",
        "tenants/%2E%2e",
        "tenants/.%2e/x",
        "tenants/%2e",
        "tenants%2f..%2fq",
        "tenants/%2F",
        "tenants/%5c..",
        "tenants\\..\\q",
        "tenants/%252e%252e",
        "tenants/%25",
        "tenants/%00",
        "tenants/%0d%0aHost:x",
        "tenants/%7f",
        "tenants/..;/q",
        "tenants/x;jsessionid=1",
        "tenants/%3b",
        "tenants/%",
        "tenants/%2",
        "tenants/%zz",
        "tenants/%c0%ae%c0%ae/q",
        "tenants/..%c0%af..",
        "tenants/%ff",
        "tenants#x",
        "tenants/a b",
        "tenants/ü",
        "tenants?a b",
        "tenants?a#b",
        "tenants?%",
        "tenants?\r\nx",
        "tenants/\u0000",
      })
  void refusesPathsThatCanBeReadInTwoWays(String rest) {
    assertThat(ApiPath.rest(PREFIX + rest, PREFIX)).isEmpty();
  }

  @Test
  void decidesLongPathsAndQueries() {
    for (String each : List.of("a", "%41", "%zz", "a/")) {
      String text = each.repeat(8000 / each.length());

      assertThat(ApiPath.rest(PREFIX + "x?" + text, PREFIX).isPresent())
          .isEqualTo(!each.equals("%zz"));
      assertThat(ApiPath.rest(PREFIX + text + "x", PREFIX).isPresent())
          .isEqualTo(!each.equals("%zz"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example/api/tenant/v1/tenants",
        "//evil.example/api/tenant/v1/tenants",
        "@evil.example/api/tenant/v1/tenants",
        "/api/tenant/v1",
        "/api/tenant/v2/tenants",
        "/api/tenant/v1@evil.example/x",
        "/api/Tenant/v1/tenants",
        "/api/tenant/q/metrics",
        "/api/%74enant/v1/tenants",
        "/x/../api/tenant/v1/tenants",
        "*",
        "",
      })
  void refusesWhatIsNotUnderThePrefix(String uri) {
    assertThat(ApiPath.rest(uri, PREFIX)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "whoami",
        "webhooks/event-types",
        "webhooks/event-types?page=2",
        "tenants/4b0cbb7a-4d11-4bbf-9f0a-3b3f7e5f8a9e/webhooks/endpoints",
        "tenants/4b0cbb7a-4d11-4bbf-9f0a-3b3f7e5f8a9e/webhooks/deliveries?status=failed",
      })
  void passesWebhooksOfATenantToPortal(String rest) {
    assertThat(PortalRoutes.rest("/portal/api/v1/" + rest)).contains(rest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tenants",
        "tenants/4b0cbb7a-4d11-4bbf-9f0a-3b3f7e5f8a9e",
        "tenants/4b0cbb7a-4d11-4bbf-9f0a-3b3f7e5f8a9e/connection-string",
        "tenants/4b0cbb7a-4d11-4bbf-9f0a-3b3f7e5f8a9e/webhooks/../connection-string",
        "tenants/x/webhooks/endpoints",
        "webhooks/endpoints",
        "portal-links",
        "whoami/x",
        "audit",
      })
  void refusesEverythingElseToPortal(String rest) {
    assertThat(PortalRoutes.rest("/portal/api/v1/" + rest)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer an-admin-key-of-the-services",
        "Bearer tk_0123456789",
        "Basic portal_1_aa",
        "Bearer portal_1_aa",
      })
  void passesOnlyTokensOfPortalLinks(String authorization) {
    assertThat(PortalRoutes.token(authorization)).isEmpty();
    assertThat(PortalRoutes.token("Bearer portal_1764500000000_" + "0".repeat(64))).isPresent();
  }
}
