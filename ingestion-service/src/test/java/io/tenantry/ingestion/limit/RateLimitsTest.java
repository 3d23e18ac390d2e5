package io.tenantry.ingestion.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The configured limits; those of single tenants and instances are in the database. */
@Tag("I10")
class RateLimitsTest {

  private final RateLimits limits =
      new RateLimits(
          new LimitStore(null),
          new SmallRyeConfigBuilder()
              .addDiscoveredConverters()
              .withMapping(LimitsConfig.class)
              .withDefaultValues(
                  Map.of(
                      "tenantry.limits.tenant.events", "10",
                      "tenantry.limits.tenant.period", "1h",
                      "tenantry.limits.instance.events", "2",
                      "tenantry.limits.instance.period", "1h"))
              .build()
              .getConfigMapping(LimitsConfig.class),
          Clock.systemUTC(),
          new NeverRunning());

  private final Subject tenant = Subject.tenant(UUID.randomUUID());

  @Test
  void refusesWhatExceedsLimit() {
    assertThat(limits.tryAccept(tenant, 7).isRefused()).isFalse();
    RateLimitDecision last = limits.tryAccept(tenant, 3);
    RateLimitDecision refused = limits.tryAccept(tenant, 1);

    assertThat(last.isRefused()).isFalse();
    assertThat(last.remaining()).isZero();
    assertThat(last.waitSeconds()).isZero();
    assertThat(refused.isRefused()).isTrue();
    assertThat(refused.waitSeconds()).isBetween(1L, 360L);
  }

  @Test
  void takesNothingFromLimitForRefusedBatch() {
    assertThat(limits.tryAccept(tenant, 6).isRefused()).isFalse();

    assertThat(limits.tryAccept(tenant, 5).isRefused()).isTrue();

    assertThat(limits.tryAccept(tenant, 4).isRefused()).isFalse();
  }

  @Test
  void acceptsBatchOverWholeLimitOnce() {
    assertThat(limits.tryAccept(tenant, 1000).isRefused()).isFalse();
    assertThat(limits.tryAccept(tenant, 1).isRefused()).isTrue();
  }

  @Test
  void countsEmptyBatchAsOneEvent() {
    for (int i = 0; i < 10; i++) {
      assertThat(limits.tryAccept(tenant, 0).isRefused()).isFalse();
    }
    assertThat(limits.tryAccept(tenant, 0).isRefused()).isTrue();
  }

  @Test
  void limitsEachSubjectAlone() {
    Subject instance = Subject.instance(tenant.id());
    assertThat(limits.tryAccept(tenant, 10).isRefused()).isFalse();

    assertThat(limits.tryAccept(Subject.tenant(UUID.randomUUID()), 10).isRefused()).isFalse();
    assertThat(limits.tryAccept(instance, 2).isRefused()).isFalse();
    assertThat(limits.tryAccept(instance, 1).isRefused()).isTrue();
  }

  @Test
  void describesLimitInHeaders() {
    RateLimitDecision verdict = limits.tryAccept(tenant, 4);

    assertThat(verdict.policyHeader()).isEqualTo("\"tenant\";q=10;w=3600");
    assertThat(verdict.stateHeader()).isEqualTo("\"tenant\";r=6;t=0");
  }

  /** The limits of the database are looked up in the background: here, never. */
  private static final class NeverRunning extends AbstractExecutorService {
    @Override
    public void execute(Runnable task) {}

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
