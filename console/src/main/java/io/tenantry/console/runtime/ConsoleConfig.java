package io.tenantry.console.runtime;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The settings of the console. */
@ConfigMapping(prefix = "tenantry.console")
public interface ConsoleConfig {

  /**
   * The URL under which browsers reach the console, such as {@code https://console.example.com}.
   * With {@code https} cookies are sent over TLS only, also behind a proxy that ends TLS.
   */
  Optional<URI> url();

  /** The services that calls are passed on to. */
  Services services();

  /** Sessions of browsers. */
  SessionSettings session();

  /** The page for tenants. */
  Portal portal();

  /** Hints for browsers. */
  Hints hints();

  /** Topics in Kafka. */
  Kafka kafka();

  /** Whether requests are logged, without queries, headers and bodies. */
  @WithDefault("true")
  boolean accessLog();

  /** The services that calls are passed on to. */
  interface Services {

    /** The URL of tenant-service. */
    URI tenant();

    /** The URL of ingestion-service. */
    URI ingestion();

    /** The URL of backup-service. */
    URI backup();

    /** A file with the CA certificates (PEM) for services with TLS; the system's if not set. */
    Optional<String> sslRootCert();

    /** The timeout for connecting to a service. */
    @WithDefault("3s")
    Duration connectTimeout();

    /** How long a service may send nothing before it counts as unavailable. */
    @WithDefault("120s")
    Duration responseTimeout();

    /** The maximum number of connections to each service. */
    @WithDefault("256")
    int maxConnections();
  }

  /** Sessions of browsers. */
  interface SessionSettings {

    /** Base64 of the 32-byte key that encrypts new sessions, the same for all replicas. */
    Optional<String> key();

    /** Previous keys, comma-separated; sessions of these keys stay valid. */
    Optional<List<String>> retiredKeys();

    /** How long a session lasts; 7 days at most. */
    @WithDefault("12h")
    Duration lifetime();

    /** How many log-ins of one address may fail within a minute. */
    @WithDefault("20")
    int failedLogins();
  }

  /** The page for tenants. */
  interface Portal {

    /** The origins of pages that may embed it, such as {@code https://app.example.com}. */
    Optional<Set<String>> parentOrigins();
  }

  /** Hints for browsers. */
  interface Hints {

    /** The maximum number of browsers that receive hints from one replica. */
    @WithDefault("1000")
    int maxStreams();

    /** How often a browser without hints receives a comment, so that proxies keep the stream. */
    @WithDefault("15s")
    Duration heartbeat();
  }

  /** Topics in Kafka. */
  interface Kafka {

    /** The replication factor of the topic of ended sessions. */
    @WithDefault("1")
    short replicationFactor();
  }
}
