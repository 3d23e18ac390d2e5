package io.tenantry.operator.runtime;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Produces what the operator framework and the controllers take from CDI. */
@Singleton
final class Leader {

  /** The settings of the leader election; null, and so none, if it is disabled. */
  @Produces
  @jakarta.enterprise.context.Dependent
  @Nullable LeaderElectionConfiguration election(OperatorConfig config, KubernetesClient client) {
    OperatorConfig.LeaderElection settings = config.leaderElection();
    if (!settings.enabled()) {
      return null;
    }
    Duration lease = settings.leaseDuration();
    return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(settings.leaseName())
        .withLeaseNamespace(client.getConfiguration().getNamespace())
        .withLeaseDuration(lease)
        .withRenewDeadline(lease.multipliedBy(2).dividedBy(3))
        .withRetryPeriod(lease.dividedBy(7))
        .build();
  }

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }
}
