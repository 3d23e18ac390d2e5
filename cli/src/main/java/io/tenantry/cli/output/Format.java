package io.tenantry.cli.output;

import java.util.Locale;

/** How an answer is written. */
public enum Format {
  /** Columns for people. */
  TABLE,
  /** The API's JSON. */
  JSON,
  /** The same as YAML. */
  YAML,
  /** The id or name alone, one a line. */
  NAME;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
