package io.tenantry.testing;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs one process of a packaged service at a time, and starts a new one after each exit. */
public final class SuccessiveService implements AutoCloseable {

  private final Supplier<ServiceProcess> start;
  private @Nullable ServiceProcess running;

  /**
   * Starts no process yet.
   *
   * @param start starts a process and waits until it is ready
   */
  public SuccessiveService(Supplier<ServiceProcess> start) {
    this.start = start;
  }

  /** The running process; starts one if there is none. */
  public ServiceProcess get() {
    if (running == null) {
      running = start.get();
    }
    return running;
  }

  /** Sends SIGKILL: no shutdown hook and no finally block runs. */
  public void kill() {
    get().kill();
    running = null;
  }

  /** Sends SIGTERM, as an orchestrator does, and waits until the process exits. */
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
