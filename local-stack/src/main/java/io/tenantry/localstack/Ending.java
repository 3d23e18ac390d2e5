package io.tenantry.localstack;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** What is done once at the end, when it is asked for or with the JVM, whichever comes first. */
final class Ending {
  private final Deque<Runnable> actions = new ConcurrentLinkedDeque<>();
  private final Thread atExit = new Thread(this::run, "local-stack-end");
  private boolean done;

  /**
   * @param last is done after all that is added later
   */
  Ending(Runnable last) {
    actions.add(last);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Has an action done before those that were added earlier. */
  void before(Runnable action) {
    actions.addFirst(action);
  }

  /** Does all of it; returns when it is done, also when another thread does it. */
  void now() {
    run();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending, and its hook finds nothing left to do.
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
        // The others must be done all the same.
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
