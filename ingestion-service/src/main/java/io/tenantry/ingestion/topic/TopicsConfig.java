package io.tenantry.ingestion.topic;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import java.time.Duration;

/**
 * Settings of the topic of tenants' events and of the dead letter topic. Public, so that Hibernate
 * Validator can check its constraints.
 */
@ConfigMapping(prefix = "tenantry.topics")
public interface TopicsConfig {

  Events events();

  DeadLetters deadLetters();

  /** Interval of the checks whether a topic was replaced by another topic of the same name. */
  @WithDefault("2s")
  Duration checkInterval();

  /** The topic of tenants' events. */
  interface Events {

    /**
     * Name of the topic of events ({@code INGESTION_TOPIC}); the name of the dead letter topic is
     * derived from it. Kafka allows 249 of these characters.
     */
    @WithDefault("ingestion-events")
    @Pattern(
        regexp = "[A-Za-z0-9._-]{1,245}",
        message = "must have 1 to 245 characters of A-Z a-z 0-9 . _ -")
    String name();

    /**
     * Number of partitions of the topic of events, and so the maximum number of replicas that
     * deliver in parallel. A tenant's events are on one partition.
     */
    @WithDefault("6")
    @Positive
    int partitions();

    /** Retention of events. */
    @WithDefault("7d")
    Duration retention();
  }

  /** The topic of dead letters. */
  interface DeadLetters {

    /** Number of partitions of the dead letter topic. */
    @WithDefault("3")
    @Positive
    int partitions();

    /** Retention of dead letters: the time in which they can be investigated and sent again. */
    @WithDefault("30d")
    Duration retention();
  }
}
