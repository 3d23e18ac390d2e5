package io.tenantry.console.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.testing.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which sessions have ended, by the records of the topic. */
@Tag("P6")
class EndedSessionsTest {

  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

  private final TestClock clock = new TestClock();
  private final SessionKeys keys = SessionKeysTest.keys(KEY);
  private final EndedSessions ended = new EndedSessions(keys, clock);

  private Session session(String secret, Instant issuedAt) {
    return session(secret, issuedAt, ended.replica());
  }

  private static Session session(String secret, Instant issuedAt, UUID replica) {
    return new Session(
        UUID.randomUUID(),
        Session.Login.KEY,
        "admin",
        "admin",
        secret,
        "csrf",
        replica,
        issuedAt,
        issuedAt.plusSeconds(3600));
  }

  private void endAll(String secret) {
    Instant time = clock.instant().plus(EndedSessions.CLOCK_TOLERANCE);
    keys.hashes("key:" + secret).forEach(hash -> ended.record(hash, time));
  }

  @Test
  void endsAllSessionsOfOneKeyAndNoOthers() {
    Session first = session("one", clock.instant());
    Session second = session("one", clock.instant());
    Session other = session("other", clock.instant());

    endAll("one");

    assertThat(ended.isEnded(first)).isTrue();
    assertThat(ended.isEnded(second)).isTrue();
    assertThat(ended.isEnded(other)).isFalse();
  }

  @Test
  void permitsNewLogInImmediatelyAfterLogOutEverywhere() {
    clock.advance(Duration.ofNanos(999_999));
    endAll("one");

    Session session = session("one", ended.issueTime("key:one"));

    assertThat(ended.isEnded(Session.of(session.toJson()).orElseThrow())).isFalse();
  }

  @Test
  void endsSessionThatReplicaWithFastClockHasStarted() {
    Session ahead = session("one", clock.instant().plusSeconds(20));

    endAll("one");

    assertThat(ended.isEnded(ahead)).isTrue();
  }

  @Test
  void endsOneSession() {
    Session left = session("one", clock.instant());
    Session other = session("one", clock.instant());

    ended.record("session:" + left.id(), left.expiresAt());

    assertThat(ended.isEnded(left)).isTrue();
    assertThat(ended.isEnded(other)).isFalse();
  }

  @Test
  void keepsLaterEndWhenOlderOneIsReadAfterIt() {
    Session session = session("one", clock.instant());
    endAll("one");

    keys.hashes("key:one")
        .forEach(hash -> ended.record(hash, clock.instant().minus(Duration.ofDays(1))));

    assertThat(ended.isEnded(session)).isTrue();
  }

  @Test
  void keepsEndAsLongAsASessionMayLast() {
    Session session = session("one", clock.instant());
    endAll("one");

    clock.advance(SessionLifetime.LONGEST);
    ended.record("another", clock.instant());

    assertThat(ended.isEnded(session)).isTrue();
  }

  @Test
  void acceptsOnlyOwnSessionsUntilTopicIsRead() {
    assertThat(ended.isComplete()).isFalse();
    assertThat(ended.isEnded(session("one", clock.instant(), UUID.randomUUID()))).isTrue();
    assertThat(ended.isEnded(session("one", clock.instant()))).isFalse();
  }
}
