package io.tenantry.kernel.outbound;

import io.tenantry.kernel.error.InvalidRequest;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The headers that callers may add to a request. */
public final class OutboundHeaders {

  /** Headers of the connection, or that let a receiver read a request differently than proxies. */
  private static final Set<String> FORBIDDEN =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");
  private static final Pattern VALUE =
      Pattern.compile("[\\x21-\\x7e]([\\t\\x20-\\x7e]{0,4094}[\\x21-\\x7e])?|");

  private OutboundHeaders() {}

  /**
   * Checks headers.
   *
   * @param field the field of the request that has them, named in the error
   * @throws InvalidRequest if one must not be sent
   */
  public static void check(String field, Map<String, String> headers) {
    headers.forEach(
        (name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (!NAME.matcher(name).matches()
              || FORBIDDEN.contains(lower)
              || lower.startsWith("proxy-")) {
            throw new InvalidRequest(
                field, "must not have a header of this name: " + printable(name));
          }
          if (!VALUE.matcher(value).matches()) {
            throw new InvalidRequest(
                field + '.' + name, "must be at most 4096 printable ASCII characters");
          }
        });
  }

  private static String printable(String name) {
    String start = name.substring(0, Math.min(name.length(), 60));
    return start.replaceAll("[^\\x21-\\x7e]", "?");
  }
}
