package io.tenantry.ingestion.topic;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import java.time.Duration;

/** The two topics of tenants' events. Public, or its constraints could not be checked. */
@ConfigMapping(prefix = "tenantry.topics")
public interface TopicsConfig {

  Events events();

  DeadLetters deadLetters();

  /** How often it is checked that a topic that is read was not replaced by another of its name. */
  @WithDefault("2s")
  Duration checkInterval();

  /** What tenants send. */
  interface Events {

    /**
     * The topic's name ({@code INGESTION_TOPIC}); its dead letter topic's follows from it. Kafka
     * allows 249 of these characters.
     */
    @WithDefault("ingestion-events")
    @Pattern(
        regexp = "[A-Za-z0-9._-]{1,245}",
        message = "must have 1 to 245 characters of A-Z a-z 0-9 . _ -")
    String name();

    /** A tenant's events lie on one partition; so many consumers can share the work. */
    @WithDefault("6")
    @Positive
    int partitions();

    /** How long events are kept. */
    @WithDefault("7d")
    Duration retention();
  }

  /** What could not be handled. */
  interface DeadLetters {

    /** How many partitions dead letters lie on. */
    @WithDefault("3")
    @Positive
    int partitions();

    /** How long dead letters are kept: the time to find out and to send them again. */
    @WithDefault("30d")
    Duration retention();
  }
}
