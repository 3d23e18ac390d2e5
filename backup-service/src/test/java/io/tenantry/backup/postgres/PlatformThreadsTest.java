package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("P10")
@Timeout(30)
class PlatformThreadsTest {

  @AfterEach
  void clearInterrupt() {
    boolean unused = Thread.interrupted();
  }

  @Test
  void runsOnPlatformThread() throws Exception {
    List<Boolean> virtual = new CopyOnWriteArrayList<>();
    Thread caller =
        Thread.startVirtualThread(
            () -> {
              try {
                virtual.add(
                    PlatformThreads.run(() -> Thread.currentThread().isVirtual(), () -> {}));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    caller.join();

    assertThat(virtual).containsExactly(false);
  }

  @Test
  void throwsWhatWorkThrows() {
    assertThatThrownBy(
            () ->
                PlatformThreads.run(
                    () -> {
                      throw new IllegalArgumentException("no");
                    },
                    () -> {}))
        .isExactlyInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                PlatformThreads.run(
                    () -> {
                      throw new IOException("no");
                    },
                    () -> {}))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void interruptedCallerStopsWorkAndWaitsForItsEnd() {
    List<String> events = new CopyOnWriteArrayList<>();
    CountDownLatch stopped = new CountDownLatch(1);
    Thread.currentThread().interrupt();

    assertThatThrownBy(
            () ->
                PlatformThreads.run(
                    () -> {
                      stopped.await();
                      events.add("ended");
                      return true;
                    },
                    () -> {
                      events.add("stop");
                      stopped.countDown();
                    }))
        .isInstanceOf(InterruptedException.class);

    assertThat(events).first().isEqualTo("stop");
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("work-" + Thread.currentThread().getName()));
  }
}
