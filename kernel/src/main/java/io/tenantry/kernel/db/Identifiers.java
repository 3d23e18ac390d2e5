package io.tenantry.kernel.db;

/**
 * Quotes SQL identifiers and literals for statements that take no parameters, such as CREATE
 * DATABASE.
 */
public final class Identifiers {

  private Identifiers() {}

  /** The identifier in double quotes (PostgreSQL's manual, section 4.1.1). */
  public static String quote(String identifier) {
    return '"' + withoutNul(identifier).replace("\"", "\"\"") + '"';
  }

  /** The text as a string literal, safe with any value of {@code standard_conforming_strings}. */
  public static String literal(String text) {
    return "E'" + withoutNul(text).replace("\\", "\\\\").replace("'", "''") + '\'';
  }

  private static String withoutNul(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("PostgreSQL cannot store the character NUL");
    }
    return text;
  }
}
