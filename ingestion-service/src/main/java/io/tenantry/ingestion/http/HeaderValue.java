package io.tenantry.ingestion.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Decodes values of CloudEvents' HTTP headers (HTTP protocol binding 1.0.2, section 3.1.3.2): first
 * double quotes with backslashes, then percent-encoded UTF-8, once.
 */
public final class HeaderValue {

  private HeaderValue() {}

  /**
   * The decoded value.
   *
   * @throws IllegalArgumentException if the value is malformed; the message says why
   */
  public static String decode(String header) {
    requireAscii(header);
    if (header.indexOf('%') < 0 && header.indexOf('"') < 0) {
      return header;
    }
    String text = unquote(header);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        bytes.write(encodedByte(text, i));
        i += 2;
      } else {
        bytes.write(text.charAt(i));
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("must be percent-encoded UTF-8", e);
    }
  }

  private static void requireAscii(String header) {
    if (header.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw new IllegalArgumentException("must be ASCII; percent-encode other characters");
    }
  }

  private static String unquote(String header) {
    StringBuilder text = new StringBuilder(header.length());
    boolean quoted = false;
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (quoted && c == '\\' && i + 1 < header.length()) {
        i++;
        text.append(header.charAt(i));
      } else {
        text.append(c);
      }
    }
    if (quoted) {
      throw new IllegalArgumentException("must have a closing double quote");
    }
    return text.toString();
  }

  private static int encodedByte(String text, int percent) {
    if (percent + 2 < text.length()
        && HexFormat.isHexDigit(text.charAt(percent + 1))
        && HexFormat.isHexDigit(text.charAt(percent + 2))) {
      return HexFormat.fromHexDigits(text, percent + 1, percent + 3);
    }
    throw new IllegalArgumentException("must have two hex digits after each %");
  }
}
