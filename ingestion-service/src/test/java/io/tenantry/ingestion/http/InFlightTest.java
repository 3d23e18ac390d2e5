package io.tenantry.ingestion.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memory for requests in flight is limited per sender, so that none can use up all. */
@Tag("F15")
@Tag("P13")
class InFlightTest {

  private static final UUID INSTANCE = UUID.randomUUID();

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final InFlight inFlight =
      new InFlight(
          new SmallRyeConfigBuilder()
              .addDiscoveredConverters()
              .withMapping(InFlightConfig.class)
              .withDefaultValues(
                  Map.of(
                      "tenantry.capture.max-in-flight", "1000",
                      "tenantry.capture.shares.tenant", "400",
                      "tenantry.capture.shares.instance", "300",
                      "tenantry.capture.shares.unproven", "200",
                      "tenantry.capture.shares.unproven-instance", "100",
                      "tenantry.capture.shares.unproven-address", "100"))
              .build()
              .getConfigMapping(InFlightConfig.class),
          meters);
  private final List<String> dropped = new ArrayList<>();

  private static Sender.Proven tenant() {
    return new Sender.Proven(UUID.randomUUID(), Optional.empty());
  }

  private static Sender.Unproven stranger(UUID instance, String address) {
    return new Sender.Unproven(instance, address);
  }

  private Optional<InFlight.Reservation> reserve(Sender sender, long size, String name) {
    return inFlight.reserve(sender, size, () -> dropped.add(name));
  }

  private double bytes() {
    return meters.get("tenantry.ingestion.in.flight").gauge().value();
  }

  @Test
  void refusesOnlyTenantThatHasUsedItsShare() {
    Sender.Proven greedy = tenant();
    InFlight.Reservation first = reserve(greedy, 300, "first").orElseThrow();

    assertThat(first.growTo(401)).isFalse();
    assertThat(first.growTo(400)).isTrue();
    assertThat(reserve(greedy, 1, "second")).isEmpty();
    assertThat(reserve(tenant(), 400, "other")).isPresent();
    first.release();
    assertThat(reserve(greedy, 400, "third")).isPresent();
  }

  @Test
  void limitsOneInstanceOfTenant() {
    UUID tenant = UUID.randomUUID();
    Sender.Proven instance = new Sender.Proven(tenant, Optional.of(INSTANCE));

    assertThat(reserve(instance, 300, "a")).isPresent();
    assertThat(reserve(instance, 1, "b")).isEmpty();
    assertThat(reserve(new Sender.Proven(tenant, Optional.of(UUID.randomUUID())), 100, "c"))
        .isPresent();
  }

  @Test
  void acceptsArrivingMessageHoweverManyWait() {
    IntStream.range(0, 10_000)
        .forEach(
            n ->
                assertThat(
                        reserve(stranger(INSTANCE, "10.0." + n / 250 + "." + n % 250), 4, "w" + n))
                    .isPresent());

    assertThat(bytes()).isEqualTo(100);
    assertThat(dropped).hasSize(10_000 - 25).startsWith("w0", "w1");
    assertThat(reserve(tenant(), 400, "honest")).isPresent();
  }

  @Test
  void dropsAnonymousBodiesForTenantsButNoTenantForOthers() {
    for (int n = 0; n < 2; n++) {
      reserve(stranger(UUID.randomUUID(), "10.0.0." + n), 100, "stranger" + n);
      reserve(tenant(), 400, "tenant" + n);
    }
    assertThat(bytes()).isEqualTo(1000);

    assertThat(reserve(tenant(), 150, "late")).isPresent();
    assertThat(dropped).containsExactly("stranger0", "stranger1");
    assertThat(reserve(tenant(), 100, "later")).isEmpty();
  }

  @Test
  void releasesDroppedBody() {
    InFlight.Reservation first = reserve(stranger(INSTANCE, "10.0.0.1"), 80, "first").orElseThrow();
    InFlight.Reservation second =
        reserve(stranger(INSTANCE, "10.0.0.2"), 80, "second").orElseThrow();

    assertThat(dropped).containsExactly("first");
    assertThat(bytes()).isEqualTo(80);
    assertThat(first.growTo(81)).isFalse();
    assertThat(first.moveTo(tenant())).isFalse();
    first.release();
    assertThat(bytes()).isEqualTo(80);
    second.release();
    second.release();
    assertThat(bytes()).isZero();
  }

  @Test
  void chargesAuthenticatedBodyToSenderAndKeepsIt() {
    Sender.Proven tenant = new Sender.Proven(UUID.randomUUID(), Optional.of(INSTANCE));
    InFlight.Reservation first = reserve(stranger(INSTANCE, "10.0.0.1"), 90, "first").orElseThrow();

    assertThat(first.moveTo(tenant)).isTrue();
    assertThat(reserve(stranger(INSTANCE, "10.0.0.1"), 100, "second")).isPresent();
    assertThat(dropped).isEmpty();
    assertThat(bytes()).isEqualTo(190);
  }

  @Test
  void releasesBodyOverShareOfSender() {
    Sender.Proven tenant = new Sender.Proven(UUID.randomUUID(), Optional.of(INSTANCE));
    InFlight.Reservation all = reserve(tenant, 300, "all").orElseThrow();
    InFlight.Reservation more = reserve(stranger(INSTANCE, "10.0.0.1"), 50, "more").orElseThrow();

    assertThat(more.moveTo(tenant)).isFalse();
    assertThat(bytes()).isEqualTo(300);
    all.release();
    assertThat(bytes()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7",
    "2001:db8:1:2:3:4:5:6, 20010db800010002/64",
    "2001:db8:1:2:ffff::1, 20010db800010002/64",
    "'', ''"
  })
  void countsIpv6NetworkAsOneSender(String address, String network) {
    assertThat(Sender.Unproven.networkOf(address)).isEqualTo(network);
  }
}
