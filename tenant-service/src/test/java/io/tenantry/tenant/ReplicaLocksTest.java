package io.tenantry.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.ReplicaLocks;
import io.tenantry.kernel.db.ReplicaLocks.Lock;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Locks of all replicas, on the real control database. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ReplicaLocksTest {

  @Inject ReplicaLocks locks;
  @Inject Database database;

  @ConfigProperty(name = "quarkus.datasource.reactive.max-size")
  int poolSize;

  /** As when a service starts that has as many clusters, each with a template to be made. */
  @Test
  void tasksThatHoldLocksUseAllConnectionsOfThePool() {
    CountDownLatch allHold = new CountDownLatch(poolSize);
    String key = UUID.randomUUID().toString();

    List<CompletableFuture<Integer>> tasks =
        IntStream.range(0, poolSize)
            .mapToObj(
                task ->
                    inBackground(
                        Lock.exclusive(key + task),
                        () -> {
                          allHold.countDown();
                          allHold.await();
                          return database.run("SELECT 1").rowCount();
                        }))
            .toList();

    assertThat(tasks.stream().map(CompletableFuture::join)).hasSize(poolSize).containsOnly(1);
  }

  @Test
  void exclusiveLockWaitsForSharedLocks() throws Exception {
    String key = UUID.randomUUID().toString();
    CountDownLatch bothShare = new CountDownLatch(2);
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    Callable<Integer> share =
        () -> {
          bothShare.countDown();
          mayEnd.await();
          return ended.incrementAndGet();
        };
    List<CompletableFuture<Integer>> sharing =
        List.of(inBackground(Lock.shared(key), share), inBackground(Lock.shared(key), share));
    bothShare.await();

    CompletableFuture<Integer> alone = inBackground(Lock.exclusive(key), ended::get);
    await().until(() -> isWaitedFor(key));
    mayEnd.countDown();

    assertThat(alone.join()).isEqualTo(2);
    assertThat(sharing.stream().map(CompletableFuture::join)).containsExactlyInAnyOrder(1, 2);
  }

  private static boolean isWaitedFor(String key) {
    return !Postgres.column(
            Postgres.CONTROL,
            """
            SELECT pid
            FROM pg_locks
            WHERE locktype = 'advisory'
              AND NOT granted
              AND objid::bigint = hashtext(?)::bigint & 4294967295
            """,
            key)
        .isEmpty();
  }

  private <T> CompletableFuture<T> inBackground(Lock lock, Callable<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            done.complete(
                locks.holding(
                    List.of(lock),
                    () -> {
                      try {
                        return work.call();
                      } catch (Exception e) {
                        throw new IllegalStateException(e);
                      }
                    }));
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }
}
