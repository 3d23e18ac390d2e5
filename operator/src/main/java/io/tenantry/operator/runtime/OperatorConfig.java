package io.tenantry.operator.runtime;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The operator's settings. */
@ConfigMapping(prefix = "tenantry.operator")
public interface OperatorConfig {

  /** The admin key of the services. */
  String adminKey();

  /** How often each object is compared with Tenantry, beside changes and events. */
  @WithDefault("10m")
  Duration resync();

  /** The first delay after a failed request to Tenantry; delays double. */
  @WithDefault("2s")
  Duration retryDelay();

  /** The maximum delay after a failed request. */
  @WithDefault("1m")
  Duration maxRetryDelay();

  /** How often a deletion that waits is continued. */
  @WithDefault("5s")
  Duration deletionDelay();

  /** The namespaces whose {@code Blueprint} objects are acted on; the operator's own if not set. */
  Optional<Set<String>> blueprintNamespaces();

  /** What namespaces may do without labels. */
  Namespaces namespaces();

  /** Leader election. */
  LeaderElection leaderElection();

  /** What namespaces may do. */
  interface Namespaces {

    /**
     * Whether a namespace needs the label {@code tenantry.io/environments} to have tenants; without
     * this rule a namespace without the label may use every environment.
     */
    @WithDefault("false")
    boolean environmentsLabelRequired();

    /**
     * Whether a namespace needs the label {@code tenantry.io/adoption=allowed} to adopt tenants.
     */
    @WithDefault("true")
    boolean adoptionLabelRequired();
  }

  /** Leader election among replicas by a Lease. */
  interface LeaderElection {

    /** Whether it is used; without it there must be one replica. */
    @WithDefault("true")
    boolean enabled();

    /** The name of the Lease, in the operator's namespace. */
    @WithDefault("tenantry-operator")
    String leaseName();

    /** How long a leader that does not respond stays the leader. */
    @WithDefault("15s")
    Duration leaseDuration();
  }
}
