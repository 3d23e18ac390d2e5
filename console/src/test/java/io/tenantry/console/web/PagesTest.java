package io.tenantry.console.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages may load, who may embed them, and under which paths the app is served. */
@Tag("P6")
class PagesTest {

  private static final String PARENT = "https://app.example.com";
  private static final String CSP = "Content-Security-Policy";

  private final SecurityHeaders headers = new SecurityHeaders(Set.of(PARENT), true);

  @Test
  void permitsNothingOfOtherHostsAndNoInlineScript() {
    assertThat(headers.of("/tenants", null).get(CSP))
        .startsWith("default-src 'self';")
        .doesNotContain("unsafe")
        .doesNotContain("*")
        .endsWith("frame-ancestors 'none'");
    assertThat(headers.of("/", null))
        .containsEntry("X-Frame-Options", "DENY")
        .containsEntry("X-Content-Type-Options", "nosniff")
        .containsEntry("Referrer-Policy", "no-referrer")
        .containsKey("Strict-Transport-Security");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/tenant/v1/tenants", "/portal/api/v1/whoami"})
  void permitsNothingToRunThatServiceSends(String path) {
    assertThat(headers.of(path, null).get(CSP)).startsWith("default-src 'none';");
  }

  @Test
  @Tag("T23")
  void permitsConfiguredPageToEmbedPortal() {
    Map<String, String> portal = headers.of("/portal", PARENT);

    assertThat(portal.get(CSP)).endsWith("frame-ancestors " + PARENT);
    assertThat(portal).doesNotContainKey("X-Frame-Options");
  }

  @ParameterizedTest
  @CsvSource({
    "/portal, https://evil.example",
    "/portal, ",
    "/portal, *",
    "/portalx, https://app.example.com",
    "/, https://app.example.com",
    "/tenants, https://app.example.com",
    "/session, https://app.example.com",
  })
  @Tag("T23")
  void permitsNoOtherEmbedding(String path, String parent) {
    assertThat(headers.of(path, parent).get(CSP)).endsWith("frame-ancestors 'none'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"*", "https://a.example/x", "https://a.example; script-src *", "a.example"})
  void refusesToStartWithParentThatIsNoOrigin(String origin) {
    assertThatThrownBy(() -> new SecurityHeaders(Set.of(origin), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PORTAL_PARENT_ORIGINS");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/tenants",
        "/tenants/4b0c",
        "/login",
        "/portal",
        "/portal/deliveries",
        "/topics/a.b/groups"
      })
  void servesAppUnderItsPaths(String path) {
    assertThat(AppRoutes.isPage(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api",
        "/api/x",
        "/session/x",
        "/hints/x",
        "/q/x",
        "/portal/api/x",
        "/favicon.ico",
        "/assets/a.js",
        "/index.html"
      })
  void doesNotServeAppElsewhere(String path) {
    assertThat(AppRoutes.isPage(path)).isFalse();
  }

  @Test
  void decidesLongPaths() {
    assertThat(AppRoutes.isPage("/" + "a".repeat(8000))).isTrue();
    assertThat(AppRoutes.isPage("/" + "./".repeat(4000))).isTrue();
    assertThat(AppRoutes.isPage("/" + ".".repeat(8000))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/tenants, /tenants, true",
    "/tenants?x=/../y, /tenants, true",
    "/, /, true",
    "/portal/api/../../q/metrics, /q/metrics, false",
    "//tenants, /tenants, false",
    "/%74enants, /tenants, false",
    "http://console/tenants, /tenants, false",
    "*, /*, false",
  })
  void acceptsPathsThatAreWrittenInTheShortestWay(String target, String path, boolean isPlain) {
    assertThat(PlainRequests.isPathPlain(target, path)).isEqualTo(isPlain);
  }

  @Test
  void acceptsNoTransferEncodingButChunked() {
    assertThat(PlainRequests.isTransferEncodingPlain(List.of())).isTrue();
    assertThat(PlainRequests.isTransferEncodingPlain(List.of("chunked"))).isTrue();
    for (String value : List.of("xchunked", "gzip, chunked", "chunked, chunked", "identity", "")) {
      assertThat(PlainRequests.isTransferEncodingPlain(List.of(value))).as(value).isFalse();
    }
    assertThat(PlainRequests.isTransferEncodingPlain(List.of("chunked", "chunked"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/tenant/v1/tenants/secret-name, /api/tenant",
    "/session, /session",
    "/tenants/some-id, app",
    "/apix, app",
  })
  void keepsPathsOutOfMetrics(String path, String label) {
    assertThat(HttpLabels.part(path)).isEqualTo(label);
  }
}
