package io.tenantry.kernel.outbound;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What came of a request. */
public sealed interface OutboundResult {

  /** From the start of the request, with resolving and connecting. */
  Duration latency();

  /**
   * A response, whatever its status. A redirect is a response like any other.
   *
   * @param headers by name in lower case; of a repeated one the first
   * @param body the start of the body, up to the limit, as UTF-8; bytes of anything else are
   *     replaced
   * @param truncated whether the body is longer than the limit
   * @param inside whether the address is not public: then tenants must not see the body
   */
  record Response(
      int status,
      Map<String, String> headers,
      String body,
      boolean truncated,
      boolean inside,
      Duration latency)
      implements OutboundResult {

    /** A header by its name in any case. */
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }
  }

  /**
   * There was no response.
   *
   * @param message why, for the owner of the receiver; never names an address
   */
  record Failure(Reason reason, String message, Duration latency) implements OutboundResult {}

  /** Why there was no response. */
  enum Reason {
    /** The URL or an address of its host must not be called. */
    ADDRESS_REFUSED,
    /** The host has no addresses, or they were not found in time. */
    DNS,
    /** No connection: nothing listens, or there is no route. */
    CONNECTION_REFUSED,
    /** TLS failed, for example because the certificate is not trusted. */
    TLS,
    /** No complete response in time. */
    TIMEOUT,
    /** The connection ended before the response was complete. */
    CONNECTION_LOST,
    /** The response is not HTTP, or its headers are too large. */
    INVALID_RESPONSE,
    /** Too many requests to the same host and address, or too many lookups; nothing was sent. */
    BUSY
  }
}
