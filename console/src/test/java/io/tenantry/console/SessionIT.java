package io.tenantry.console;

import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.console.Browser.Answer;
import io.tenantry.testing.ServiceProcess;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions with the key of a role: cookie, CSRF, expiry, log-out, on one replica and on several.
 */
@Tag("P6")
class SessionIT {

  private static final String TENANTS = "/api/tenant/v1/tenants";

  private final ConsoleStack stack = ConsoleStack.shared();

  @Test
  void keepsSessionInCookieThatScriptsAndOtherSitesCannotUse() {
    String cookie = stack.browser().logIn(ConsoleStack.adminKey()).header("set-cookie");

    assertThat(cookie)
        .startsWith("tenantry=")
        .contains("HTTPOnly")
        .contains("SameSite=Strict")
        .contains("Path=/")
        .doesNotContain("Domain")
        .doesNotContain("Secure")
        .doesNotContain(ConsoleStack.adminKey());
  }

  @Test
  void sendsCookieOverTlsOnlyWhereTheConsoleHasTls() {
    try (ServiceProcess replica = stack.start(Map.of("CONSOLE_URL", "https://console.example"))) {
      String cookie =
          new Browser(replica.address()).logIn(ConsoleStack.adminKey()).header("set-cookie");

      assertThat(cookie).startsWith("__Host-tenantry=").contains("Secure").contains("HTTPOnly");
    }
  }

  @ParameterizedTest
  @CsvSource({"admin, admin", "operator, operator", "viewer, viewer"})
  void showsRoleOfTheKey(String key, String role) {
    Browser browser = stack.browser(keyOf(key));

    Answer session = browser.session();

    assertThat(session.status()).isEqualTo(200);
    assertThat(session.json().getString("role")).isEqualTo(role);
    assertThat(session.json().getString("login")).isEqualTo("key");
    assertThat(session.header("cache-control")).isEqualTo("no-store");
    assertThat(session.response().body()).doesNotContain(keyOf(key));
  }

  private static String keyOf(String role) {
    return switch (role) {
      case "operator" -> ConsoleStack.OPERATOR_KEY;
      case "viewer" -> ConsoleStack.VIEWER_KEY;
      default -> ConsoleStack.adminKey();
    };
  }

  @Test
  void refusesWrongKeyAndKeyOfATenant() {
    Browser admin = stack.browser(ConsoleStack.adminKey());
    Answer tenant =
        admin.post(
            TENANTS,
            "{\"name\":\"keys_%d\",\"environment\":\"development\",\"api_keys\":{\"count\":1}}"
                .formatted(System.nanoTime()));
    String key = tenant.json().getJsonArray("api_keys").getJsonObject(0).getString("key");

    assertThat(stack.browser().logIn("a-key-that-nobody-has").code()).isEqualTo("UNAUTHENTICATED");
    assertThat(stack.browser().logIn(key).code()).isEqualTo("FORBIDDEN");
    assertThat(stack.browser().logIn(key).header("set-cookie")).isEmpty();
  }

  @Test
  void limitsFailedLogIns() {
    try (ServiceProcess replica = stack.start(Map.of("CONSOLE_FAILED_LOGINS", "2"))) {
      Browser browser = new Browser(replica.address());
      assertThat(browser.logIn("wrong-key-number-one").status()).isEqualTo(401);
      assertThat(browser.logIn("wrong-key-number-two").status()).isEqualTo(401);

      Answer limited = browser.logIn(ConsoleStack.adminKey());

      assertThat(limited.code()).isEqualTo("RATE_LIMITED");
      assertThat(Long.parseLong(limited.header("retry-after"))).isBetween(1L, 61L);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "wrong", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void refusesChangeWithoutCsrfToken(String token) {
    Browser browser = stack.browser(ConsoleStack.adminKey());
    HttpRequest.Builder request = browser.json("POST", TENANTS, "{\"name\":\"csrf\"}");
    if (!token.isEmpty()) {
      request.header("X-CSRF-Token", token);
    }

    Answer answer = browser.send(request);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("CSRF_TOKEN_INVALID");
  }

  @Test
  void refusesCsrfTokenOfAnotherSession() {
    Browser browser = stack.browser(ConsoleStack.adminKey());
    String other = stack.browser().logIn(ConsoleStack.adminKey()).json().getString("csrf");

    Answer answer = browser.send(browser.json("POST", TENANTS, "{}").header("X-CSRF-Token", other));

    assertThat(answer.code()).isEqualTo("CSRF_TOKEN_INVALID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site"})
  void refusesRequestsOfPagesOfOtherSites(String site) {
    Browser browser = stack.browser(ConsoleStack.adminKey());

    assertThat(browser.send(browser.request(TENANTS).header("Sec-Fetch-Site", site)).code())
        .isEqualTo("CSRF_TOKEN_INVALID");
    assertThat(
            browser
                .send(
                    browser
                        .json("POST", "/session", "{\"key\":\"x\"}")
                        .header("Sec-Fetch-Site", site))
                .code())
        .isEqualTo("CSRF_TOKEN_INVALID");
  }

  @Test
  void refusesLogInThatAFormOfAnotherSiteCanSend() {
    Browser browser = stack.browser();

    Answer answer =
        browser.send(
            browser
                .request("/session")
                .header("Content-Type", "text/plain")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"key\":\"%s\"}".formatted(ConsoleStack.adminKey()))));

    assertThat(answer.code()).isEqualTo("CSRF_TOKEN_INVALID");
    assertThat(answer.header("set-cookie")).isEmpty();
  }

  @Test
  void refusesChangedCookie() {
    String cookie = stack.browser().logIn(ConsoleStack.adminKey()).header("set-cookie");
    String value = cookie.substring(0, cookie.indexOf(';'));
    char last = value.charAt(40);
    String changed = value.substring(0, 40) + (last == 'A' ? 'B' : 'A') + value.substring(41);
    Browser browser = stack.browser();

    assertThat(browser.send(browser.request("/session").header("Cookie", value)).status())
        .isEqualTo(200);
    assertThat(browser.send(browser.request("/session").header("Cookie", changed)).status())
        .isEqualTo(401);
  }

  @Test
  void endsSessionAfterItsLifetime() {
    try (ServiceProcess replica = stack.start(Map.of("CONSOLE_SESSION_LIFETIME", "1500ms"))) {
      Browser browser = new Browser(replica.address());
      assertThat(browser.logIn(ConsoleStack.adminKey()).status()).isEqualTo(200);

      await().until(() -> browser.session().status() == 401);

      assertThat(browser.get(TENANTS).code()).isEqualTo("UNAUTHENTICATED");
      assertThat(browser.session().json().getJsonArray("logins")).containsExactly("key");
    }
  }

  @Test
  void endsSessionAlsoForACopyOfItsCookieOnAllReplicas() {
    try (ServiceProcess replica = stack.start(Map.of())) {
      Browser browser = stack.browser(ConsoleStack.adminKey());
      Browser copy = browser.at(stack.address());
      Browser elsewhere = browser.at(replica.address());
      assertThat(elsewhere.session().status()).isEqualTo(200);

      Answer answer = browser.delete("/session");

      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.header("set-cookie")).contains("Max-Age=0");
      assertThat(copy.session().status()).isEqualTo(401);
      await().until(() -> elsewhere.session().status() == 401);
    }
  }

  @Test
  void logsOutEverywhere() {
    try (ServiceProcess replica = stack.start(Map.of())) {
      Browser first = stack.browser(ConsoleStack.OPERATOR_KEY);
      Browser second = new Browser(replica.address());
      assertThat(second.logIn(ConsoleStack.OPERATOR_KEY).status()).isEqualTo(200);
      Browser other = new Browser(replica.address());
      assertThat(other.logIn(ConsoleStack.VIEWER_KEY).status()).isEqualTo(200);

      assertThat(first.delete("/session?everywhere=true").status()).isEqualTo(204);

      await().until(() -> second.session().status() == 401);
      assertThat(second.get(TENANTS).status()).isEqualTo(401);
      assertThat(other.session().status()).isEqualTo(200);
      Browser again = stack.browser(ConsoleStack.OPERATOR_KEY);
      assertThat(again.session().status()).isEqualTo(200);
      assertThat(again.at(replica.address()).session().status()).isEqualTo(200);
      try (ServiceProcess restarted = stack.start(Map.of())) {
        assertThat(second.at(restarted.address()).session().status()).isEqualTo(401);
        assertThat(again.at(restarted.address()).session().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void keepsSessionsWhenKeyIsRotated() {
    String next = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    String previous = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    Browser browser = stack.browser(ConsoleStack.adminKey());
    try (ServiceProcess rotated =
            stack.start(
                Map.of("CONSOLE_SESSION_KEY", next, "CONSOLE_SESSION_KEYS_RETIRED", previous));
        ServiceProcess without = stack.start(Map.of("CONSOLE_SESSION_KEY", next))) {
      assertThat(browser.at(rotated.address()).session().status()).isEqualTo(200);
      assertThat(browser.at(without.address()).session().status()).isEqualTo(401);
    }
  }

  @Test
  void servesNewSessionsWithoutKafkaAndEndsThemThere() {
    try (ServiceProcess replica = stack.start(Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1"))) {
      Browser browser = new Browser(replica.address());
      Browser ofOther = stack.browser(ConsoleStack.adminKey()).at(replica.address());

      assertThat(browser.logIn(ConsoleStack.adminKey()).status()).isEqualTo(200);
      assertThat(browser.get(TENANTS).status()).isEqualTo(200);
      assertThat(ofOther.session().status()).isEqualTo(401);
      assertThat(browser.delete("/session?everywhere=true").code()).isEqualTo("KAFKA_UNAVAILABLE");
      assertThat(browser.delete("/session").status()).isEqualTo(204);
      assertThat(browser.session().status()).isEqualTo(401);
    }
  }

  @Test
  void writesNoSecretsToItsLog() {
    Browser browser = stack.browser(ConsoleStack.adminKey());
    browser.get(TENANTS + "?name_prefix=secret-in-a-query");
    browser.logIn("a-wrong-key-that-is-secret");

    assertThat(stack.console().log())
        .contains("log-in role=admin")
        .contains("log-in refused")
        .doesNotContain(ConsoleStack.adminKey())
        .doesNotContain("a-wrong-key-that-is-secret")
        .doesNotContain("secret-in-a-query");
  }
}
