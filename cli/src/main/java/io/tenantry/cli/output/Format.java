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
  NAME;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
