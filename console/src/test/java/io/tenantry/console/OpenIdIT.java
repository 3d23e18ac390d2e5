package io.tenantry.console;

import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.console.Browser.Answer;
import io.tenantry.testing.ServiceProcess;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions with an OpenID provider. */
@Tag("P6")
class OpenIdIT {

  private static final String TENANTS = "/api/tenant/v1/tenants";

  private static ConsoleStack stack;
  private static ServiceProcess console;

  @BeforeAll
  static void start() {
    stack = ConsoleStack.shared();
    console = stack.startWithOpenId(Map.of());
  }

  @AfterAll
  static void stop() {
    console.close();
  }

  @BeforeEach
  void reset() {
    stack.provider().memberOf("admin");
    stack.provider().tokensLast(Duration.ofMinutes(5));
  }

  private static Browser loggedIn() {
    Browser browser = new Browser(console.address());
    browser.get("/session/oidc");
    assertThat(browser.session().status()).isEqualTo(200);
    return browser;
  }

  @Test
  void offersBothWaysToLogIn() {
    assertThat(new Browser(console.address()).session().json().getJsonArray("logins"))
        .containsExactly("key", "oidc");
    assertThat(stack.browser().session().json().getJsonArray("logins")).containsExactly("key");
    assertThat(stack.browser().get("/session/oidc").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({"admin, 201", "operator, 201", "viewer, 403"})
  void hasTheRoleOfTheGroup(String group, int creation) {
    stack.provider().memberOf(group);
    Browser browser = loggedIn();

    assertThat(browser.session().json().getString("role")).isEqualTo(group);
    assertThat(browser.session().json().getString("login")).isEqualTo("oidc");
    assertThat(browser.get(TENANTS).status()).isEqualTo(200);
    assertThat(
            browser
                .post(
                    TENANTS,
                    "{\"name\":\"oidc_%d\",\"environment\":\"development\"}"
                        .formatted(System.nanoTime()))
                .status())
        .isEqualTo(creation);
  }

  @Test
  void startsNoSessionWithoutARole() {
    stack.provider().memberOf("guests");
    Browser browser = new Browser(console.address());

    Answer answer = browser.get("/session/oidc");

    assertThat(answer.response().uri().toString()).endsWith("/login?error=FORBIDDEN");
    assertThat(browser.session().status()).isEqualTo(401);
    assertThat(browser.get(TENANTS).status()).isEqualTo(401);
  }

  @Test
  void refreshesTokens() {
    stack.provider().tokensLast(Duration.ofSeconds(5));
    Browser browser = loggedIn();
    long start = System.nanoTime();

    await()
        .until(
            () -> {
              assertThat(browser.get(TENANTS).status()).isEqualTo(200);
              return System.nanoTime() - start > Duration.ofSeconds(8).toNanos();
            });
  }

  @Test
  void needsTokensAndSession() {
    Browser withoutTokens = loggedIn();
    withoutTokens.forget("q_session");
    Browser withoutSession = loggedIn();
    withoutSession.forget("tenantry");

    assertThat(withoutTokens.get(TENANTS).status()).isEqualTo(401);
    assertThat(withoutSession.get(TENANTS).status()).isEqualTo(401);
  }

  @Test
  void logsOutEverywhereAlsoForStolenCookies() {
    Browser browser = loggedIn();
    Browser stolen = browser.at(console.address());

    assertThat(browser.delete("/session?everywhere=true").status()).isEqualTo(204);

    assertThat(stolen.session().status()).isEqualTo(401);
    assertThat(stolen.get(TENANTS).status()).isEqualTo(401);
    assertThat(loggedIn().get(TENANTS).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/session/oidc",
        "/session/oidc/",
        "/session//oidc",
        "/session/./oidc",
        "/x/../session/oidc",
        "/session/%6Fidc",
        "/session/oidc?code=forged&state=forged",
        "/session/oidc/?x=y",
      })
  void startsSessionByNewCodeFlowOnlyAndNotWithTokensOfTheBrowser(String path) {
    Browser browser = loggedIn();
    browser.forget("tenantry");
    // A thief has the cookies, but is not logged in at the provider.
    stack.provider().memberOf("guests");

    browser.get(path);

    assertThat(browser.session().status()).isEqualTo(401);
  }

  @Test
  void sendsCookiesOverTlsOnlyWhereTheConsoleHasTls() {
    try (ServiceProcess replica =
        stack.startWithOpenId(Map.of("CONSOLE_URL", "https://console.example"))) {
      HttpResponse<String> redirect =
          new Browser(replica.address()).withoutRedirects("/session/oidc");

      assertThat(redirect.statusCode()).isEqualTo(302);
      assertThat(redirect.headers().firstValue("location").orElseThrow())
          .contains("redirect_uri=https%3A%2F%2Fconsole.example%2Fsession%2Foidc")
          .contains("code_challenge_method=S256");
      assertThat(redirect.headers().allValues("set-cookie"))
          .isNotEmpty()
          .allSatisfy(cookie -> assertThat(cookie).contains("Secure").contains("HTTPOnly"));
    }
  }

  @Test
  void refusesForgedCallback() {
    HttpResponse<String> answer =
        new Browser(console.address()).withoutRedirects("/session/oidc?code=forged&state=forged");

    // A new code flow is started; the code is not used.
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("location").orElseThrow())
        .startsWith(stack.provider().issuer())
        .doesNotContain("forged");
    assertThat(answer.headers().allValues("set-cookie"))
        .noneMatch(cookie -> cookie.startsWith("tenantry="));
  }
}
