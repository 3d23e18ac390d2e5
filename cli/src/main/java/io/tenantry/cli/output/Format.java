package io.tenantry.cli.output;

import java.util.Locale;

/** The output formats. */
public enum Format {
  /** A table for people. */
  TABLE,
  /** The API's JSON. */
  JSON,
  /** The API's JSON as YAML. */
  YAML,
  /** Only the id or name, one per line. */
  NAME,
  /** The columns of the table as RFC 4180 CSV, with the API's names and values. */
  CSV;

  /** Whether it shows all of an answer, and not only a list in it. */
  public boolean isWhole() {
    return this == JSON || this == YAML;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
