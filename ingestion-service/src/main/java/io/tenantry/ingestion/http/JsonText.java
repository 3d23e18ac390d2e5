package io.tenantry.ingestion.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.tenantry.kernel.http.JsonLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What JSON permits and PostgreSQL can never store: the character NUL, halves of characters beyond
 * 16 bits, and numbers of too many digits.
 */
public final class JsonText {

  /** Without guessing at encodings: only UTF-8 is JSON, and offsets are those of the bytes. */
  public static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build();

  private static final String NUL = "must not contain the character NUL";
  private static final String HALF = "must not contain half of a surrogate pair";

  private static final String NO_JSON = "is not valid JSON in UTF-8";

  private JsonText() {}

  /** Whether the bytes are UTF-8. */
  public static boolean isUtf8(byte[] bytes) {
    return ByteBufUtil.isText(Unpooled.wrappedBuffer(bytes), StandardCharsets.UTF_8);
  }

  /** Whether the bytes are one JSON value that PostgreSQL can store. */
  public static boolean isJson(byte[] bytes) {
    return problem(bytes).isEmpty();
  }

  /** Why the bytes are not one JSON value that PostgreSQL can store; empty if they are. */
  public static Optional<String> problem(byte[] bytes) {
    if (!isUtf8(bytes)) {
      return Optional.of(NO_JSON);
    }
    try (JsonParser json = JSON.createParser(bytes)) {
      if (json.nextToken() == null) {
        return Optional.of(NO_JSON);
      }
      Optional<String> flaw = skipValue(json);
      return json.nextToken() == null ? flaw.or(() -> flaw(bytes)) : Optional.of(NO_JSON);
    } catch (StreamConstraintsException e) {
      return Optional.of(JsonLimits.describe(e));
    } catch (IOException e) {
      return Optional.of(NO_JSON);
    }
  }

  /**
   * Moves the parser to the end of the value it is at.
   *
   * @return what PostgreSQL could not store of the value's numbers; empty if it can
   */
  public static Optional<String> skipValue(JsonParser json) throws IOException {
    boolean storable = true;
    int open = 0;
    JsonToken token = json.currentToken();
    while (true) {
      if (token.isStructStart()) {
        open++;
      } else if (token.isStructEnd()) {
        open--;
      } else if (token.isNumeric()) {
        storable &=
            JsonNumber.isStorable(
                json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
      }
      if (open == 0) {
        return storable ? Optional.empty() : Optional.of(JsonNumber.FLAW);
      }
      token = json.nextToken();
    }
  }

  /** What PostgreSQL could not store of a text; empty if it can. */
  public static Optional<String> flaw(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return Optional.of(NUL);
      }
      if (Character.isSurrogate(c)) {
        // A pair is one code point, and none of the halves.
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          return Optional.of(HALF);
        }
        i++;
      }
    }
    return Optional.empty();
  }

  /** What PostgreSQL could not store of valid JSON, by its escapes; empty if it can. */
  public static Optional<String> flaw(byte[] json) {
    boolean lowAwaited = false;
    int backslash = Unpooled.wrappedBuffer(json).bytesBefore((byte) '\\');
    int i = backslash < 0 ? json.length : backslash;
    while (i < json.length) {
      if (json[i] == '\\') {
        boolean unicode = json[i + 1] == 'u';
        char c = unicode ? unit(json, i + 2) : 'x';
        if (c == 0) {
          return Optional.of(NUL);
        }
        if (Character.isLowSurrogate(c) != lowAwaited) {
          return Optional.of(HALF);
        }
        lowAwaited = Character.isHighSurrogate(c);
        i += unicode ? 6 : 2;
      } else if (lowAwaited) {
        return Optional.of(HALF);
      } else {
        i++;
      }
    }
    return Optional.empty();
  }

  private static char unit(byte[] json, int from) {
    int unit = 0;
    for (int i = from; i < from + 4; i++) {
      unit = unit << 4 | Character.digit(json[i], 16);
    }
    return (char) unit;
  }
}
