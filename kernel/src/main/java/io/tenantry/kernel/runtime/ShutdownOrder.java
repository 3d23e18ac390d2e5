package io.tenantry.kernel.runtime;

/**
 * In which order a service's parts end, as priorities of observers of {@code ShutdownEvent}. Those
 * without one end in between.
 */
public final class ShutdownOrder {

  /** Those who take up work: they end what they have in hand. */
  public static final int WORKERS = 1000;

  /** What workers make use of. */
  public static final int RESOURCES = 4000;

  private ShutdownOrder() {}
}
