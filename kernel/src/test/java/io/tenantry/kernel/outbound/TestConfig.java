package io.tenantry.kernel.outbound;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Settings of a test, all strict unless changed, and names that lead to known addresses. */
record TestConfig(
    Optional<List<String>> allowed,
    boolean privateNetworks,
    Set<Integer> ports,
    boolean plainHttp,
    Optional<URI> proxy,
    Optional<Path> sslRootCert,
    int connectionsPerAddress)
    implements OutboundConfig {

  private static final Map<String, List<String>> NAMES =
      Map.of(
          "receiver.example", List.of("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"),
          "loopback.example", List.of("127.0.0.1"),
          "metadata.example", List.of("169.254.169.254"),
          "private.example", List.of("10.0.0.7"),
          "both.example", List.of("93.184.216.34", "127.0.0.1"),
          "six.example", List.of("fd12:3456::7"),
          "mapped.example", List.of("::ffff:127.0.0.1"),
          "nat64.example", List.of("64:ff9b::10.0.0.7"));

  static TestConfig strict() {
    return new TestConfig(
        Optional.empty(),
        false,
        Set.of(443, 80, 8443),
        false,
        Optional.empty(),
        Optional.empty(),
        2);
  }

  TestConfig withPlainHttp() {
    return new TestConfig(
        allowed, privateNetworks, ports, true, proxy, sslRootCert, connectionsPerAddress);
  }

  TestConfig withPrivateNetworks() {
    return new TestConfig(
        allowed, true, ports, plainHttp, proxy, sslRootCert, connectionsPerAddress);
  }

  TestConfig withConnectionsPerAddress(int limit) {
    return new TestConfig(allowed, privateNetworks, ports, plainHttp, proxy, sslRootCert, limit);
  }

  TestConfig allowing(String... hosts) {
    return new TestConfig(
        Optional.of(List.of(hosts)),
        privateNetworks,
        ports,
        plainHttp,
        proxy,
        sslRootCert,
        connectionsPerAddress);
  }

  TestConfig through(URI forwardProxy) {
    return new TestConfig(
        allowed,
        privateNetworks,
        ports,
        plainHttp,
        Optional.of(forwardProxy),
        sslRootCert,
        connectionsPerAddress);
  }

  TestConfig trusting(Path certificates) {
    return new TestConfig(
        allowed,
        privateNetworks,
        ports,
        plainHttp,
        proxy,
        Optional.of(certificates),
        connectionsPerAddress);
  }

  OutboundPolicy policy() {
    return new OutboundPolicy(this, TestConfig::resolve);
  }

  static InetAddress[] resolve(String host) throws UnknownHostException {
    List<String> addresses = NAMES.get(host);
    if (addresses == null) {
      throw new UnknownHostException(host);
    }
    return addresses.stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
  }
}
