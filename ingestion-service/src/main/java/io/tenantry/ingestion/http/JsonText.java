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
 * Finds what JSON permits but PostgreSQL cannot store: the character NUL, unpaired surrogates, and
 * numbers with too many digits.
 */
public final class JsonText {

  /** Without detection of the charset: JSON is UTF-8, and offsets are byte offsets. */
  public static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build();

  private static final String NUL = "must not contain the character NUL";
  private static final String HALF_SURROGATE = "must not contain half of a surrogate pair";

  private static final String INVALID_JSON = "is not valid JSON in UTF-8";

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
      return Optional.of(INVALID_JSON);
    }
    try (JsonParser json = JSON.createParser(bytes)) {
      if (json.nextToken() == null) {
        return Optional.of(INVALID_JSON);
      }
      Optional<String> unstorable = skipValue(json);
      return json.nextToken() == null
          ? unstorable.or(() -> findUnstorable(bytes))
          : Optional.of(INVALID_JSON);
    } catch (StreamConstraintsException e) {
      return Optional.of(JsonLimits.describe(e));
    } catch (IOException e) {
      return Optional.of(INVALID_JSON);
    }
  }

  /**
   * Moves the parser to the end of the value it is at.
   *
   * @return why PostgreSQL cannot store one of the value's numbers; empty if it can store all
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
        return storable ? Optional.empty() : Optional.of(JsonNumber.UNSTORABLE);
      }
      token = json.nextToken();
    }
  }

  /** Why PostgreSQL cannot store a text; empty if it can. */
  public static Optional<String> findUnstorable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return Optional.of(NUL);
      }
      if (Character.isSurrogate(c)) {
        // A surrogate pair is one supplementary code point.
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          return Optional.of(HALF_SURROGATE);
        }
        i++;
      }
    }
    return Optional.empty();
  }

  /** Why PostgreSQL cannot store valid JSON, according to its escape sequences; empty if it can. */
  public static Optional<String> findUnstorable(byte[] json) {
    boolean expectsLowSurrogate = false;
    int backslash = Unpooled.wrappedBuffer(json).bytesBefore((byte) '\\');
    int i = backslash < 0 ? json.length : backslash;
    while (i < json.length) {
      if (json[i] == '\\') {
        boolean unicode = json[i + 1] == 'u';
        char c = unicode ? unit(json, i + 2) : 'x';
        if (c == 0) {
          return Optional.of(NUL);
        }
        if (Character.isLowSurrogate(c) != expectsLowSurrogate) {
          return Optional.of(HALF_SURROGATE);
        }
        expectsLowSurrogate = Character.isHighSurrogate(c);
        i += unicode ? 6 : 2;
      } else if (expectsLowSurrogate) {
        return Optional.of(HALF_SURROGATE);
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
