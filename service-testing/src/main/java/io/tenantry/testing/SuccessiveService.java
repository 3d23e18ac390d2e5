package io.tenantry.testing;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A packaged service of which one process runs at a time: each that ended has a successor. */
public final class SuccessiveService implements AutoCloseable {

  private final Supplier<ServiceProcess> start;
  private @Nullable ServiceProcess running;

  /**
   * None runs yet.
   *
   * @param start starts one and waits until it is ready
   */
  public SuccessiveService(Supplier<ServiceProcess> start) {
    this.start = start;
  }

  /** The one that runs, started if there is none. */
  public ServiceProcess get() {
    if (running == null) {
      running = start.get();
    }
    return running;
  }

  /** Kills it: no hook runs, no finally. */
  public void kill() {
    get().kill();
    running = null;
  }

  /** Asks it to end, as an orchestrator does, and waits until it has. */
  public void terminate() {
    get().terminate();
    running = null;
  }

  @Override
  public void close() {
    if (running != null) {
      kill();
    }
  }
}
