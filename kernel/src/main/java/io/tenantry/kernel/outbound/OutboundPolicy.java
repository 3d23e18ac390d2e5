package io.tenantry.kernel.outbound;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides which URLs named by others may be called, so that no request reaches this machine, the
 * metadata of a cloud, or, unless configured, a private network. A URL that could be read in two
 * ways is refused: clients disagree about such spellings, which is how filters are passed.
 */
@Singleton
public final class OutboundPolicy {

  private static final int MAX_LENGTH = 2048;
  private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(5);

  /** Numbers that IPv4 parsers accept as a last part: the host is an address, not a name. */
  private static final Pattern ENDS_IN_NUMBER =
      Pattern.compile("(.*\\.)?([0-9]+|0[xX][0-9a-fA-F]*)");

  private static final Pattern IPV4 =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

  /** Names of this machine and of the metadata services of clouds. */
  private static final Set<String> FORBIDDEN_NAMES =
      Set.of(
          "localhost",
          "localhost.localdomain",
          "metadata",
          "metadata.google.internal",
          "metadata.goog",
          "metadata.azure.com",
          "metadata.azure.internal",
          "metadata.tencentyun.com",
          "instance-data",
          "instance-data.ec2.internal");

  private final OutboundConfig config;

  /** Those of API requests; slow names in them must not keep requests from being sent. */
  private final HostLookups checkLookups;

  private final HostLookups sendLookups;
  private final Set<Listed> listed;

  OutboundPolicy(OutboundConfig config, HostResolver resolver) {
    this.config = config;
    this.checkLookups = new HostLookups(resolver);
    this.sendLookups = new HostLookups(resolver);
    this.listed =
        config.allowed().orElse(List.of()).stream().map(Listed::of).collect(Collectors.toSet());
  }

  /**
   * Checks a URL as a caller wrote it.
   *
   * @throws AddressRefused if it must not be called
   * @throws TenantryException {@code RATE_LIMITED} while too many others are checked
   */
  public CheckedUri check(String url) {
    try {
      return check(new URI(url));
    } catch (URISyntaxException e) {
      throw new AddressRefused("The URL is not valid.");
    }
  }

  /**
   * Checks a URL and all addresses of its host.
   *
   * @throws AddressRefused if it must not be called
   * @throws TenantryException {@code RATE_LIMITED} while too many others are checked
   */
  public CheckedUri check(URI uri) {
    try {
      return check(uri, checkLookups, LOOKUP_TIMEOUT);
    } catch (RejectedExecutionException e) {
      throw new TenantryException(
          ErrorCode.RATE_LIMITED, "Too many host names are being resolved; try again later.", e);
    }
  }

  /**
   * Checks the URL of a request that is being sent; resolving its host may take this time.
   *
   * @throws RejectedExecutionException while too many other names are being resolved
   */
  CheckedUri check(URI uri, Duration lookupTimeout) {
    return check(uri, sendLookups, lookupTimeout);
  }

  private CheckedUri check(URI given, HostLookups lookups, Duration lookupTimeout) {
    URI uri = parse(given);
    boolean tls = uri.getScheme().equals("https");
    int port = uri.getPort() != -1 ? uri.getPort() : tls ? 443 : 80;
    boolean allowed = isListed(uri.getHost(), port);
    if (!tls && (config.proxy().isPresent() || !(config.plainHttp() || allowed))) {
      throw new AddressRefused("The URL must start with https://.");
    }
    if (!config.ports().contains(port) && !allowed) {
      throw new AddressRefused("The port of the URL must be one of " + ports() + ".");
    }
    if (!allowed && isForbiddenName(uri.getHost())) {
      throw AddressRefused.name(false);
    }
    List<InetAddress> addresses = resolve(uri.getHost(), lookups, lookupTimeout);
    AddressKind worst =
        addresses.stream().map(AddressKind::of).max(AddressKind::compareTo).orElseThrow();
    if (!allowed && !isAllowed(worst)) {
      throw AddressRefused.name(false);
    }
    return new CheckedUri(uri, port, addresses, worst != AddressKind.PUBLIC);
  }

  private boolean isAllowed(AddressKind kind) {
    return switch (kind) {
      case PUBLIC -> true;
      case PRIVATE -> config.privateNetworks();
      case FORBIDDEN -> false;
    };
  }

  private String ports() {
    return config.ports().stream()
        .sorted()
        .map(port -> Integer.toString(port))
        .collect(Collectors.joining(", "));
  }

  /** The URL with scheme and host in lower case, and percent-encoded where it is not ASCII. */
  private static URI parse(URI uri) {
    if (uri.toString().length() > MAX_LENGTH) {
      throw new AddressRefused("The URL must have at most " + MAX_LENGTH + " characters.");
    }
    String scheme = lower(uri.getScheme());
    if (!Set.of("http", "https").contains(scheme) || uri.isOpaque()) {
      throw new AddressRefused("The URL must start with https:// or http://.");
    }
    if (uri.getRawFragment() != null) {
      throw new AddressRefused("The URL must have no fragment (#…).");
    }
    String authority = Objects.requireNonNullElse(uri.getRawAuthority(), "");
    if (authority.indexOf('@') >= 0) {
      throw new AddressRefused("The URL must have no user name and no password.");
    }
    String host = lower(uri.getHost());
    String port = uri.getPort() == -1 ? "" : ":" + uri.getPort();
    // Also refuses an empty port, zeros before a port, and what Java does not read as a host.
    if (!isHost(host) || !lower(authority).equals(host + port)) {
      throw new AddressRefused(
          "The host of the URL must be a domain name in ASCII without a final dot, an IPv4 address"
              + " of four decimal numbers, or an IPv6 address in brackets.");
    }
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    try {
      URI normal = new URI(scheme + "://" + host + port + uri.getRawPath() + query);
      return new URI(normal.toASCIIString());
    } catch (URISyntaxException e) {
      // Normalisation turns some characters into those that a URI must not have.
      throw new AddressRefused("The URL is not valid.");
    }
  }

  private static String lower(@Nullable String text) {
    return text == null ? "" : text.toLowerCase(Locale.ROOT);
  }

  private static boolean isHost(String host) {
    return literal(host).isPresent()
        || (NAME.matcher(host).matches()
            && !ENDS_IN_NUMBER.matcher(host).matches()
            && host.length() <= 253);
  }

  /** The address that a host is, if it is one in its only accepted spelling. */
  private static Optional<InetAddress> literal(String host) {
    try {
      if (host.startsWith("[") && host.endsWith("]") && host.indexOf('%') < 0) {
        return Optional.of(Inet6Address.ofLiteral(host.substring(1, host.length() - 1)));
      }
      return IPV4.matcher(host).matches()
          ? Optional.of(InetAddress.ofLiteral(host))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isForbiddenName(String host) {
    return FORBIDDEN_NAMES.contains(host) || host.endsWith(".localhost");
  }

  private static List<InetAddress> resolve(String host, HostLookups lookups, Duration timeout) {
    Optional<InetAddress> literal = literal(host);
    if (literal.isPresent()) {
      return List.of(literal.get());
    }
    try {
      List<InetAddress> addresses = Arrays.asList(lookups.resolve(host, timeout));
      if (addresses.isEmpty()) {
        throw AddressRefused.name(true);
      }
      return addresses;
    } catch (UnknownHostException e) {
      throw AddressRefused.name(true);
    }
  }

  private boolean isListed(String host, int port) {
    String name = canonical(host);
    return (config.ports().contains(port) && listed.contains(new Listed(name, -1)))
        || listed.contains(new Listed(name, port));
  }

  /** The same text for every spelling of an IPv6 address. */
  private static String canonical(String host) {
    return literal(host).map(InetAddress::getHostAddress).orElse(host);
  }

  /** A host of the operator's list; port -1 for each allowed port. */
  private record Listed(String host, int port) {

    static Listed of(String entry) {
      try {
        URI uri = parse(new URI("http://" + entry.strip()));
        if (!uri.getRawPath().isEmpty() || uri.getRawQuery() != null) {
          throw invalid(entry);
        }
        return new Listed(canonical(uri.getHost()), uri.getPort());
      } catch (URISyntaxException | AddressRefused e) {
        throw invalid(entry);
      }
    }

    private static ConfigurationException invalid(String entry) {
      return new ConfigurationException(
          "OUTBOUND_ALLOWED: \"%s\" is not a host or host:port".formatted(entry));
    }
  }
}
