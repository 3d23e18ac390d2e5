package io.tenantry.backup.postgres;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Work that computes for long, on a thread of its own: on a virtual one it would hold up what the
 * service does beside, for those share few.
 */
public final class Heavy {

  private Heavy() {}

  /**
   * Does it and waits; interrupted, it interrupts the work, and waits for the end of it.
   *
   * @param stop called before, to end what the work may be blocked by
   */
  public static <T> T run(Callable<T> work, Runnable stop) throws InterruptedException {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread =
        Thread.ofPlatform().name("heavy-" + Thread.currentThread().getName()).start(task);
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
