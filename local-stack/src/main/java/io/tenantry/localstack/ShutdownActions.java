package io.tenantry.localstack;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Actions that run once, on request or on JVM shutdown, whichever comes first. */
final class ShutdownActions {
  private final Deque<Runnable> actions = new ConcurrentLinkedDeque<>();
  private final Thread shutdownHook = new Thread(this::run, "local-stack-shutdown");
  private boolean done;

  /**
   * Registers a shutdown hook.
   *
   * @param last runs after all actions that are added later
   */
  ShutdownActions(Runnable last) {
    actions.add(last);
    Runtime.getRuntime().addShutdownHook(shutdownHook);
  }

  /** Adds an action that runs before those added earlier. */
  void addFirst(Runnable action) {
    actions.addFirst(action);
  }

  /** Runs the actions; if another thread runs them already, waits until they are done. */
  void runNow() {
    run();
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down; its hook finds nothing left to do.
      return;
    }
  }

  private synchronized void run() {
    if (done) {
      return;
    }
    done = true;
    RuntimeException failure = null;
    for (Runnable action : actions) {
      try {
        action.run();
      } catch (RuntimeException e) {
        // The other actions must run, too.
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
