package io.tenantry.backup.postgres;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Feeds a dump to a program on a thread of its own, and keeps why it could not. */
final class Feeder {

  private final Thread thread;
  private volatile @Nullable Throwable cause;

  private Feeder(InputStream dump, PgProcess program) {
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("feeder")
            .unstarted(
                () -> {
                  try {
                    Loads.feed(dump, program);
                  } catch (RuntimeException | Error e) {
                    cause = e;
                    // What it got is not to be trusted: it must not end well.
                    program.end();
                  }
                });
  }

  static Feeder start(InputStream dump, PgProcess program) {
    Feeder feeder = new Feeder(dump, program);
    feeder.thread.start();
    return feeder;
  }

  /** Waits until the dump was read to its end, and throws why it was not. */
  void await() throws InterruptedException {
    thread.join();
    rethrow();
  }

  /** Throws why the dump could not be read, if that is known: all else follows from it. */
  void rethrow() {
    switch (cause) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
  }
}
