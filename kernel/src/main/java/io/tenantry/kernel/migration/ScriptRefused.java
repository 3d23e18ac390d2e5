package io.tenantry.kernel.migration;

/** A migration cannot be run on tenants. */
public final class ScriptRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * For a line of the file.
   *
   * @param line counted from 1; 0 for the whole file
   * @param reason what is wrong, and what to do
   */
  public ScriptRefused(int line, String reason) {
    super(line > 0 ? "line %d: %s".formatted(line, reason) : reason);
  }
}
