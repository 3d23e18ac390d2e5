package io.tenantry.kernel.migration;

/** A migration that cannot be run on tenants. */
public final class ScriptRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * For a place in the file.
   *
   * @param line the first line is 1; 0 if it is the whole file
   * @param reason what is wrong, and what to do
   */
  public ScriptRefused(int line, String reason) {
    super(line > 0 ? "line %d: %s".formatted(line, reason) : reason);
  }
}
