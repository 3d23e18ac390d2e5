package io.tenantry.tenant.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.tenant.webhook.delivery.ClaimedQueue.DueDelivery;
import io.tenantry.tenant.webhook.endpoint.Endpoint;
import io.tenantry.tenant.webhook.endpoint.EndpointSecrets;
import io.tenantry.tenant.webhook.endpoint.EndpointStatus;
import io.tenantry.tenant.webhook.endpoint.SigningAlgorithm;
import io.tenantry.tenant.webhook.event.Messages;
import io.tenantry.testing.TestClock;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One queue is worked on, with a sender that answers as a test says. */
@Tag("T23")
class QueueWorkerTest {

  private static final UUID TENANT = UUID.randomUUID();
  private static final UUID OTHER = UUID.randomUUID();

  private final TestClock clock = new TestClock(Instant.parse("2027-01-31T12:00:00Z"));
  private final DeliveryRules rules = new DeliveryRules(new Random(1), Duration.ofDays(5));
  private final List<AttemptResult> results = new CopyOnWriteArrayList<>();
  private final List<String> sent = new CopyOnWriteArrayList<>();
  private boolean ordered;
  private Integer rateLimit;
  private EndpointHealth health = EndpointHealth.GOOD;

  @Test
  void sendsEachDeliveryOnceWithItsOwnId() {
    List<DueDelivery> due = deliveries(20, TENANT);

    QueueRelease release = run(due, message -> answer(200));

    assertThat(sent)
        .containsExactlyInAnyOrderElementsOf(
            due.stream().map(each -> Messages.id(each.deliveryId())).toList());
    assertThat(results).hasSize(20);
    assertThat(release.health()).isEqualTo(EndpointHealth.GOOD);
  }

  @Test
  void sendsSeveralAtOnceUpToTheLimit() {
    AtomicInteger inFlight = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch eight = new CountDownLatch(8);

    run(
        deliveries(64, TENANT),
        message -> {
          most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
          eight.countDown();
          awaitAll(eight);
          inFlight.decrementAndGet();
          return answer(200);
        });

    assertThat(most).hasValue(8);
  }

  @Test
  void keepsOrderOfEachTenantWhereAskedFor() {
    ordered = true;
    List<DueDelivery> due = new ArrayList<>();
    for (int n = 0; n < 20; n++) {
      due.addAll(deliveries(1, n % 2 == 0 ? TENANT : OTHER));
    }

    run(due, message -> answer(200));

    for (UUID tenant : List.of(TENANT, OTHER)) {
      List<String> ids = ids(due, tenant);
      assertThat(sent.stream().filter(ids::contains)).containsExactlyElementsOf(ids);
    }
  }

  @Test
  void holdsUpOnlyTheTenantWhoseMessageFailed() {
    ordered = true;
    List<DueDelivery> due = new ArrayList<>(deliveries(3, TENANT));
    due.addAll(deliveries(3, OTHER));
    String failing = Messages.id(due.getFirst().deliveryId());

    run(due, message -> answer(message.equals(failing) ? 500 : 200));

    List<String> expected = new ArrayList<>(ids(due, OTHER));
    expected.add(failing);
    assertThat(sent).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void stopsWhenTheEndpointAsksForAPause() {
    Instant until = clock.instant().plusSeconds(60);

    QueueRelease release =
        run(
            deliveries(64, TENANT),
            message ->
                Optional.of(
                    new Attempt(
                        clock.instant(),
                        Duration.ZERO,
                        Optional.of(429),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(until))));

    assertThat(sent).hasSizeLessThanOrEqualTo(8);
    assertThat(release.health().notBefore()).contains(until);
  }

  @Test
  void stopsWhenTheEndpointIsGone() {
    QueueRelease release = run(deliveries(64, TENANT), message -> answer(410));

    assertThat(sent).hasSizeLessThanOrEqualTo(8);
    assertThat(release.health().disabled()).contains(EndpointHealth.GONE);
  }

  @Test
  void stopsEarlyWhenTheEndpointStartsToFailEveryTime() {
    run(deliveries(64, TENANT), message -> answer(500));

    assertThat(sent).hasSizeBetween(5, 16);
  }

  @Test
  void sendsOneAtATimeToAnEndpointThatFailsEveryTime() {
    for (int n = 0; n < 10; n++) {
      health = rules.assess(health, answer(500).orElseThrow());
    }
    AtomicInteger inFlight = new AtomicInteger();

    run(
        deliveries(16, TENANT),
        message -> {
          assertThat(inFlight.incrementAndGet()).isEqualTo(1);
          inFlight.decrementAndGet();
          return answer(500);
        });

    assertThat(results).hasSize(16);
  }

  @Test
  void recordsNothingIfNothingWasSent() {
    QueueRelease release = run(deliveries(4, TENANT), message -> Optional.empty());

    assertThat(results).isEmpty();
    assertThat(release.health().failures()).isZero();
    assertThat(release.health().isHeldBackAt(clock.instant())).isTrue();
  }

  @Test
  void retriesByTheScheduleWhatCannotBeSentAtAll() {
    run(
        deliveries(1, TENANT),
        message -> {
          throw new IllegalStateException("a defect");
        });

    assertThat(results)
        .singleElement()
        .satisfies(
            result -> assertThat(result.decision()).isInstanceOf(DeliveryDecision.Retry.class));
  }

  @Test
  void spreadsRequestsByTheRateLimit() {
    rateLimit = 200;
    long start = System.nanoTime();

    QueueRelease release = run(deliveries(11, TENANT), message -> answer(200));

    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(50));
    assertThat(release.health().notBefore()).isPresent();
  }

  private static void awaitAll(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private QueueRelease run(List<DueDelivery> due, Function<String, Optional<Attempt>> answers) {
    ClaimedQueue queue =
        new ClaimedQueue(UUID.randomUUID(), 0, endpoint(), Buffer.buffer(), health, due);
    return new QueueWorker(
            queue,
            new EndpointSecrets("whsec_", List.of(), Map.of()),
            (endpoint, secrets, messageId, payload) -> {
              sent.add(messageId);
              return answers.apply(messageId);
            },
            rules,
            results::add,
            clock,
            () -> Duration.ofHours(1).toNanos())
        .run(8, new RequestLimits.Permits(new Semaphore(100), new Semaphore(100)));
  }

  private static List<DueDelivery> deliveries(int number, UUID tenant) {
    return IntStream.range(0, number)
        .mapToObj(n -> new DueDelivery(UUID.randomUUID(), Optional.of(tenant), 0, 0, "{}"))
        .toList();
  }

  private static List<String> ids(List<DueDelivery> due, UUID tenant) {
    return due.stream()
        .filter(each -> each.tenantId().equals(Optional.of(tenant)))
        .map(each -> Messages.id(each.deliveryId()))
        .toList();
  }

  private Optional<Attempt> answer(int code) {
    return Optional.of(
        new Attempt(
            clock.instant(),
            Duration.ZERO,
            Optional.of(code),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  private Endpoint endpoint() {
    return new Endpoint(
        UUID.randomUUID(),
        Optional.empty(),
        "https://receiver.example.com/",
        "",
        List.of(),
        List.of(),
        ordered,
        Optional.ofNullable(rateLimit),
        EndpointStatus.ACTIVE,
        Optional.empty(),
        SigningAlgorithm.HMAC_SHA256,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        clock.instant(),
        clock.instant());
  }
}
