package io.tenantry.console.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The rule which paths of requests are passed on. Whatever a service, a proxy or a library could
 * read in two ways is refused: dots and slashes that are encoded, empty segments, double encoding,
 * invalid UTF-8, backslashes, and anything but a path before the query.
 */
final class ApiPath {

  /** What a segment may have besides letters and digits (RFC 3986, section 3.3). */
  private static final String SEGMENT = "._~!$&'()*+,;=:@-";

  private static final String QUERY = SEGMENT + "/?[]|";

  private static final int LONGEST = 8192;

  private ApiPath() {}

  /**
   * The path and query of a service's API that a request names.
   *
   * @param uri the target of the request as it was sent
   * @param prefix what it must start with, such as {@code /api/tenant/v1/}
   * @return the rest after the prefix; empty if the request must be refused
   */
  static Optional<String> rest(String uri, String prefix) {
    if (!uri.startsWith(prefix) || uri.length() > LONGEST) {
      return Optional.empty();
    }
    String rest = uri.substring(prefix.length());
    int mark = rest.indexOf('?');
    String path = mark < 0 ? rest : rest.substring(0, mark);
    String query = mark < 0 ? "" : rest.substring(mark + 1);
    for (String segment : path.split("/", -1)) {
      if (!isPlain(segment)) {
        return Optional.empty();
      }
    }
    return consistsOf(query, QUERY) ? Optional.of(rest) : Optional.empty();
  }

  /** Whether a text has letters, digits, these characters and encoded bytes only. */
  private static boolean consistsOf(String text, String others) {
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '%') {
        if (at + 2 >= text.length()
            || !HexFormat.isHexDigit(text.charAt(at + 1))
            || !HexFormat.isHexDigit(text.charAt(at + 2))) {
          return false;
        }
        at += 3;
      } else if (isLetterOrDigit(c) || others.indexOf(c) >= 0) {
        at++;
      } else {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static boolean isPlain(String segment) {
    if (segment.isEmpty() || !consistsOf(segment, SEGMENT)) {
      return false;
    }
    String text;
    try {
      // Strictly: a lenient decoder could find a dot or slash in an invalid sequence.
      text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(decode(segment))).toString();
    } catch (CharacterCodingException e) {
      return false;
    }
    return !text.equals(".")
        && !text.equals("..")
        && text.chars().noneMatch(c -> c < ' ' || c == 0x7f || "/\\%;".indexOf(c) >= 0);
  }

  private static byte[] decode(String segment) {
    byte[] bytes = new byte[segment.length()];
    int length = 0;
    for (int at = 0; at < segment.length(); at++) {
      char c = segment.charAt(at);
      if (c == '%') {
        bytes[length++] = (byte) Integer.parseInt(segment, at + 1, at + 3, 16);
        at += 2;
      } else {
        bytes[length++] = (byte) c;
      }
    }
    return Arrays.copyOf(bytes, length);
  }
}
