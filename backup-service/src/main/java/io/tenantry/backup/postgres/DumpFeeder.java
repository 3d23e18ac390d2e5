package io.tenantry.backup.postgres;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Feeds a dump to a program on its own thread, and keeps the error if that fails. */
final class DumpFeeder {

  private final Thread thread;
  private volatile @Nullable Throwable cause;

  private DumpFeeder(InputStream dump, PgProcess program) {
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("feeder")
            .unstarted(
                () -> {
                  try {
                    DumpLoader.feed(dump, program);
                  } catch (RuntimeException | Error e) {
                    cause = e;
                    // Its input is incomplete or not authentic, so it must not succeed.
                    program.end();
                  }
                });
  }

  static DumpFeeder start(InputStream dump, PgProcess program) {
    DumpFeeder feeder = new DumpFeeder(dump, program);
    feeder.thread.start();
    return feeder;
  }

  /** Waits until the dump was read to its end; throws the error if that failed. */
  void await() throws InterruptedException {
    thread.join();
    rethrow();
  }

  /** Throws the error of reading the dump, if there was one: other errors are its consequences. */
  void rethrow() {
    switch (cause) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
  }
}
