package io.tenantry.console.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session holds, and which bodies and answers start one. */
@Tag("P6")
class SessionTest {

  private static final Session SESSION =
      new Session(
          UUID.randomUUID(),
          Session.Login.KEY,
          "admin",
          "admin",
          "the secret key",
          "token",
          UUID.randomUUID(),
          Instant.ofEpochMilli(1000),
          Instant.ofEpochMilli(2000));

  @Test
  void isTheSameAfterItWasStored() {
    assertThat(Session.of(new JsonObject(SESSION.toJson().encode()))).contains(SESSION);
  }

  @Test
  void isNotReadableInLogs() {
    assertThat(SESSION.toString()).doesNotContain("secret").doesNotContain("token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"id\":1}", "{\"id\":\"x\",\"login\":\"KEY\"}"})
  void isRefusedWhenIncomplete(String json) {
    assertThat(Session.of(new JsonObject(json))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"key\":\"\"}",
        "{\"key\":\"two words\"}",
        "{\"key\":\"line\\nbreak\"}",
        "{\"key\":\"ümlaut\"}"
      })
  void isNotStartedWithoutAKey(String body) {
    assertThat(SessionRoutes.key(Buffer.buffer(body))).isEmpty();
  }

  @Test
  void isStartedWithAKey() {
    assertThat(SessionRoutes.key(Buffer.buffer("{\"key\":\" abc-123 \"}"))).contains("abc-123");
  }

  @Test
  void hasTheRoleThatTheServiceSays() {
    assertThat(Callers.answer(200, Buffer.buffer("{\"name\":\"kim\",\"role\":\"viewer\"}")))
        .contains(new Callers.Known("kim", "viewer"));
    assertThat(Callers.answer(200, Buffer.buffer("{\"name\":\"kim\"}")))
        .contains(new Callers.WithoutRole());
    assertThat(Callers.answer(401, Buffer.buffer())).contains(new Callers.Refused());
    assertThat(Callers.answer(403, Buffer.buffer())).contains(new Callers.WithoutRole());
  }

  @ParameterizedTest
  @CsvSource({"200, <html>", "404, {}", "500, {}", "503, {}"})
  void asksAnotherServiceWhenOneCannotTell(int status, String body) {
    assertThat(Callers.answer(status, Buffer.buffer(body))).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "same-origin, false",
    "none, false",
    "same-site, true",
    "cross-site, true",
    ", false"
  })
  void isNotUsedByPagesOfOtherSites(String site, boolean foreign) {
    assertThat(CrossSite.isForeign(site)).isEqualTo(foreign);
  }
}
