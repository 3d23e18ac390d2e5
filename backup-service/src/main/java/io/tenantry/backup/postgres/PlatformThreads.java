package io.tenantry.backup.postgres;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs long computations on platform threads: on a virtual thread they would block the service's
 * other work, because virtual threads share few carriers.
 */
public final class PlatformThreads {

  private PlatformThreads() {}

  /**
   * Runs the work and waits for it; if interrupted, interrupts the work and waits for its end.
   *
   * @param stop called before the work is interrupted, to end what may block it
   */
  public static <T> T run(Callable<T> work, Runnable stop) throws InterruptedException {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread =
        Thread.ofPlatform().name("work-" + Thread.currentThread().getName()).start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      stop.run();
      thread.interrupt();
      thread.join();
      throw e;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException unchecked -> throw unchecked;
        case Error error -> throw error;
        case InterruptedException interrupted -> throw interrupted;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }
}
