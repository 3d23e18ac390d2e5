package io.tenantry.kernel.runtime;

/**
 * The order of checks that may refuse the start. All come before the timers, which start at 0, and
 * before background tasks: otherwise one of them may run while the service already stops, and log
 * an error beside the reason.
 */
public final class StartupOrder {

  /** Keys and other secrets. */
  public static final int SECRETS = -2;

  /** What a service needs of its own. */
  public static final int REQUIREMENTS = -1;

  private StartupOrder() {}
}
