package io.tenantry.kernel.outbound;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which addresses named by tenants or operators may be called, and how. */
@ConfigMapping(prefix = "tenantry.outbound")
interface OutboundConfig {

  /**
   * Hosts that may be called whatever their addresses are, also by plain http, comma-separated:
   * {@code receiver.example}, {@code 10.1.2.3}, {@code [fd12::1]:9000} ({@code OUTBOUND_ALLOWED}).
   * A URL must name the host exactly so; with a port, exactly that port is allowed.
   */
  Optional<List<String>> allowed();

  /**
   * Whether private addresses (RFC 1918, RFC 6598, RFC 4193) may be called ({@code
   * OUTBOUND_PRIVATE_NETWORKS}).
   */
  @WithDefault("false")
  boolean privateNetworks();

  /** The ports that may be called ({@code OUTBOUND_PORTS}). */
  @WithDefault("443,80,8443")
  Set<Integer> ports();

  /** Whether http without TLS is allowed ({@code OUTBOUND_PLAIN_HTTP}). */
  @WithDefault("false")
  boolean plainHttp();

  /**
   * A forward proxy, such as {@code http://user:password@proxy:3128} ({@code OUTBOUND_PROXY}). It
   * is asked to connect to the address that was checked; URLs must be https then.
   */
  Optional<URI> proxy();

  /**
   * A file in PEM with root certificates that are trusted in addition to Java's ({@code
   * OUTBOUND_SSL_ROOT_CERT}).
   */
  Optional<Path> sslRootCert();

  /**
   * The limit of connections to one host and address; further requests are not sent. In
   * tenant-service {@code WEBHOOK_MAX_IN_FLIGHT} unless set.
   */
  @WithDefault("256")
  int connectionsPerAddress();
}
