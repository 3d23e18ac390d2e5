package io.tenantry.tenant.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.tenant.webhook.endpoint.Endpoint;
import io.tenantry.tenant.webhook.endpoint.EndpointStatus;
import io.tenantry.tenant.webhook.endpoint.SigningAlgorithm;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** 80 requests in flight: 10 of one owner, 20 to failing and slow endpoints. */
@Tag("T23")
class RequestLimitsTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final RequestLimits limits = new RequestLimits(80, TIMEOUT);

  @Test
  void leavesRequestsToOthersHoweverManyEndpointsAnOwnerHas() throws InterruptedException {
    UUID owner = UUID.randomUUID();

    assertThat(acquire(100, owner)).isEqualTo(10);
    assertThat(acquire(100, UUID.randomUUID())).isEqualTo(10);
  }

  @Test
  void takesNothingFromOthersWhileAnOwnerWaits() throws InterruptedException {
    UUID owner = UUID.randomUUID();
    acquire(10, owner);

    assertThat(acquire(1000, owner)).isZero();
    for (int n = 0; n < 7; n++) {
      assertThat(acquire(10, UUID.randomUUID())).isEqualTo(10);
    }
  }

  @Test
  void leavesRequestsToOthersHoweverManyEndpointsAreSlow() throws InterruptedException {
    int slow = 0;
    for (int n = 0; n < 100; n++) {
      Endpoint endpoint = endpoint(UUID.randomUUID());
      limits.note(endpoint.endpointId(), Duration.ofSeconds(6));
      slow += limits.of(endpoint, false).acquire(() -> 0) ? 1 : 0;
    }

    assertThat(slow).isEqualTo(20);
    assertThat(limits.of(endpoint(UUID.randomUUID()), true).acquire(() -> 0)).isFalse();
    assertThat(acquire(1, UUID.randomUUID())).isOne();
  }

  @Test
  void takesAnEndpointForSlowUntilItAnswersFast() {
    Endpoint endpoint = endpoint(UUID.randomUUID());
    RequestLimits.Permits before = limits.of(endpoint, false);

    limits.note(endpoint.endpointId(), Duration.ofSeconds(6));
    assertThat(limits.of(endpoint, false).shared()).isNotSameAs(before.shared());
    limits.note(endpoint.endpointId(), Duration.ofSeconds(5));

    assertThat(limits.of(endpoint, false)).isEqualTo(before);
  }

  private int acquire(int requests, UUID owner) throws InterruptedException {
    int acquired = 0;
    for (int n = 0; n < requests; n++) {
      acquired += limits.of(endpoint(owner), false).acquire(() -> 0) ? 1 : 0;
    }
    return acquired;
  }

  private static Endpoint endpoint(UUID owner) {
    return new Endpoint(
        UUID.randomUUID(),
        Optional.of(owner),
        "https://receiver.example.com/",
        "",
        List.of(),
        List.of(),
        false,
        Optional.empty(),
        EndpointStatus.ACTIVE,
        Optional.empty(),
        SigningAlgorithm.HMAC_SHA256,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Instant.EPOCH,
        Instant.EPOCH);
  }
}
