package io.tenantry.kernel.http;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.util.Optional;

/**
 * Describes the limit that a JSON text exceeds. Such a text may be valid JSON, so its sender needs
 * the limit instead of a position.
 */
public final class JsonLimits {

  private static final StreamReadConstraints LIMITS = StreamReadConstraints.defaults();

  private JsonLimits() {}

  /**
   * The limit in words that continue "the body", for example "must not be nested deeper than …".
   */
  public static String describe(StreamConstraintsException e) {
    String message = Optional.ofNullable(e.getOriginalMessage()).orElse("");
    if (message.contains("getMaxNestingDepth")) {
      return "must not be nested deeper than %d levels".formatted(LIMITS.getMaxNestingDepth());
    }
    if (message.contains("getMaxNumberLength")) {
      return "must not contain a number of more than %d characters"
          .formatted(LIMITS.getMaxNumberLength());
    }
    if (message.contains("getMaxNameLength")) {
      return "must not contain a name of more than %d characters"
          .formatted(LIMITS.getMaxNameLength());
    }
    if (message.contains("getMaxStringLength")) {
      return "must not contain a string of more than %d characters"
          .formatted(LIMITS.getMaxStringLength());
    }
    return "exceeds a limit for JSON";
  }
}
