package io.tenantry.kernel.runtime;

/**
 * The order in which the parts of a service stop, as priorities of observers of {@code
 * ShutdownEvent}. Observers without a priority stop in between.
 */
public final class ShutdownOrder {

  /** Workers: they finish the work in progress. */
  public static final int WORKERS = 1000;

  /** Resources that workers use. */
  public static final int RESOURCES = 4000;

  private ShutdownOrder() {}
}
