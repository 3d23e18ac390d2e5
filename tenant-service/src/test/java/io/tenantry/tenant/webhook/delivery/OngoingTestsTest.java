package io.tenantry.tenant.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.tenant.webhook.endpoint.Owner;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("T23")
class OngoingTestsTest {

  private final OngoingTests tests = new OngoingTests();
  private final UUID endpoint = UUID.randomUUID();
  private final Owner owner = Owner.tenant(UUID.randomUUID());

  @Test
  void runsTwoTestsOfOneOwnerAtOnceAndThoseOfOthersBesides() {
    assertThat(tests.start(owner, endpoint)).isTrue();
    assertThat(tests.start(owner, UUID.randomUUID())).isTrue();
    assertThat(tests.start(owner, UUID.randomUUID())).isFalse();
    assertThat(tests.start(Owner.tenant(UUID.randomUUID()), UUID.randomUUID())).isTrue();

    tests.end(endpoint);

    assertThat(tests.start(owner, UUID.randomUUID())).isTrue();
  }

  @Test
  void runsOneTestOfAnEndpointAtOnce() {
    assertThat(tests.start(owner, endpoint)).isTrue();
    assertThat(tests.start(owner, endpoint)).isFalse();
  }

  @Test
  void limitsTheTestsOfAllOwners() {
    for (int n = 0; n < 20; n++) {
      assertThat(tests.start(Owner.tenant(UUID.randomUUID()), UUID.randomUUID())).isTrue();
    }

    assertThat(tests.start(owner, endpoint)).isFalse();
  }
}
