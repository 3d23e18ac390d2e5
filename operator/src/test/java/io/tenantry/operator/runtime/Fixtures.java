package io.tenantry.operator.runtime;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The operator's parts, for tests without CDI. */
public final class Fixtures {

  private Fixtures() {}

  /** The default settings. */
  public static OperatorConfig config() {
    return new Settings(Optional.empty());
  }

  /** Settings in which blueprints may be in one namespace. */
  public static OperatorConfig config(String blueprintNamespace) {
    return new Settings(Optional.of(Set.of(blueprintNamespace)));
  }

  /** Default delays. */
  public static Delays delays() {
    return new Delays(config());
  }

  /** Attempts that publish events. */
  public static Attempts attempts(KubernetesClient client, Clock clock) {
    return new Attempts(delays(), new KubernetesEvents(client, clock));
  }

  private record Settings(Optional<Set<String>> blueprintNamespaces) implements OperatorConfig {

    @Override
    public String adminKey() {
      return "key";
    }

    @Override
    public Duration resync() {
      return Duration.ofMinutes(10);
    }

    @Override
    public Duration retryDelay() {
      return Duration.ofSeconds(2);
    }

    @Override
    public Duration maxRetryDelay() {
      return Duration.ofMinutes(1);
    }

    @Override
    public Duration deletionDelay() {
      return Duration.ofSeconds(5);
    }

    @Override
    public Namespaces namespaces() {
      return new Namespaces() {
        @Override
        public boolean environmentsLabelRequired() {
          return false;
        }

        @Override
        public boolean adoptionLabelRequired() {
          return true;
        }
      };
    }

    @Override
    public LeaderElection leaderElection() {
      throw new UnsupportedOperationException("one replica");
    }
  }
}
