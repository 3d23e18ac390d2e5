package io.tenantry.kernel.outbound;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;

/** A URL that may be called, with the addresses that were checked. */
public final class CheckedUri {

  private final URI uri;
  private final int port;
  private final List<InetAddress> addresses;
  private final boolean inside;

  CheckedUri(URI uri, int port, List<InetAddress> addresses, boolean inside) {
    this.uri = uri;
    this.port = port;
    this.addresses = addresses;
    this.inside = inside;
  }

  /** The URL as it is stored and shown: scheme and host in lower case. */
  public URI uri() {
    return uri;
  }

  /** Whether an address is not public, so that responses are not shown to tenants. */
  public boolean isInside() {
    return inside;
  }

  boolean isTls() {
    return uri.getScheme().equals("https");
  }

  /** The host as in the URL; an IPv6 address in brackets. */
  String host() {
    return uri.getHost();
  }

  int port() {
    return port;
  }

  /** The path and the query of the request. */
  String target() {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + '?' + uri.getRawQuery();
  }

  List<InetAddress> addresses() {
    return addresses;
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
