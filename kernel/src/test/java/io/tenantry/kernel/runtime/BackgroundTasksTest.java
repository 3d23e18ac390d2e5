package io.tenantry.kernel.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.ShutdownEvent;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits for something is tried until it is done, or the service ends. */
@Timeout(20)
class BackgroundTasksTest {

  private static final Duration FOREVER = Duration.ofDays(1);

  private final BackgroundTasks tasks = new BackgroundTasks();
  private final BlockingQueue<Integer> attempts = new LinkedBlockingQueue<>();

  private int attempt() {
    attempts.add(attempts.size() + 1);
    return attempts.size();
  }

  @Test
  void itIsTriedUntilItIsDone() throws InterruptedException {
    tasks.untilDone("test", Duration.ofMillis(1), () -> attempt() == 3);

    while (attempts.size() < 3) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    TimeUnit.MILLISECONDS.sleep(20);
    assertThat(attempts).hasSize(3);
  }

  @Test
  void stopsAfterException() throws InterruptedException {
    tasks.untilDone(
        "test",
        Duration.ofMillis(1),
        () -> {
          attempt();
          throw new IllegalStateException("it can never be done");
        });

    assertThat(attempts.take()).isEqualTo(1);
    assertThat(attempts.poll(20, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void endsPauseAtShutdown() throws InterruptedException {
    Thread waiting = Thread.ofVirtual().start(() -> attempts.add(tasks.pause(FOREVER) ? 1 : 0));

    tasks.end(new ShutdownEvent());

    assertThat(attempts.take()).isZero();
    waiting.join();
    assertThat(tasks.isShuttingDown()).isTrue();
  }

  @Test
  void afterTheServiceBeganToEndNothingIsTriedAgain() throws InterruptedException {
    tasks.untilDone("test", FOREVER, () -> attempt() == 2);
    assertThat(attempts.take()).isEqualTo(1);

    tasks.end(new ShutdownEvent());

    assertThat(attempts.poll(20, TimeUnit.MILLISECONDS)).isNull();
  }
}
