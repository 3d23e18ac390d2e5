package io.tenantry.ingestion.http;

/**
 * Checks that PostgreSQL's {@code jsonb} can store a JSON number. Its type {@code numeric} has up
 * to 131072 digits before the decimal point and 16383 after it.
 */
public final class JsonNumber {

  /** The error message for a number that cannot be stored. */
  public static final String UNSTORABLE =
      "must not contain a number of more than 131072 digits before the point or 16383 after it";

  private static final long MAX_INTEGER_DIGITS = 131_072;
  private static final long MAX_FRACTION_DIGITS = 16_383;

  /** PostgreSQL rejects larger exponents, even of zero. */
  private static final long MAX_EXPONENT = Integer.MAX_VALUE / 2 - 1;

  private JsonNumber() {}

  /**
   * Whether PostgreSQL can store a number.
   *
   * @param text holds the number, as JSON writes it, in {@code length} characters from {@code from}
   */
  public static boolean isStorable(char[] text, int from, int length) {
    int end = from + length;
    long digits = 0;
    long integerDigits = -1;
    long firstNonZero = -1;
    int i = from;
    for (; i < end && (text[i] | 0x20) != 'e'; i++) {
      char c = text[i];
      if (c == '.') {
        integerDigits = digits;
      } else if (c != '-') {
        if (c != '0' && firstNonZero < 0) {
          firstNonZero = digits;
        }
        digits++;
      }
    }
    if (integerDigits < 0) {
      integerDigits = digits;
    }
    long exponent = i < end ? exponent(text, i + 1, end) : 0;
    // Trailing zeros count: numeric preserves them.
    return Math.abs(exponent) <= MAX_EXPONENT
        && digits - integerDigits - exponent <= MAX_FRACTION_DIGITS
        && (firstNonZero < 0 || integerDigits - firstNonZero + exponent <= MAX_INTEGER_DIGITS);
  }

  /** The exponent, or a value above the limit. */
  private static long exponent(char[] text, int from, int end) {
    long exponent = 0;
    for (int i = from; i < end && exponent <= MAX_EXPONENT; i++) {
      if (text[i] >= '0') {
        exponent = exponent * 10 + text[i] - '0';
      }
    }
    return text[from] == '-' ? -exponent : exponent;
  }
}
