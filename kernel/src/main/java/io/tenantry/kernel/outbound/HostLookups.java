package io.tenantry.kernel.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Resolves names with a timeout. A lookup blocks its thread, also the one below a virtual thread,
 * so lookups have platform threads of their own; a name that is being looked up is looked up once.
 */
final class HostLookups {

  private static final int MAX_THREADS = 64;

  private final HostResolver resolver;
  private final Map<String, CompletableFuture<InetAddress[]>> inProgress =
      new ConcurrentHashMap<>();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          MAX_THREADS,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("host-lookup-", 0).factory());

  HostLookups(HostResolver resolver) {
    this.resolver = resolver;
  }

  /**
   * The addresses of a name.
   *
   * @throws UnknownHostException if it has none, or they were not found in time
   * @throws RejectedExecutionException if too many other names are being looked up
   */
  InetAddress[] resolve(String host, Duration timeout) throws UnknownHostException {
    try {
      return lookup(host).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RejectedExecutionException) {
        throw new RejectedExecutionException("too many lookups", e);
      }
      throw unknown(host, e);
    } catch (TimeoutException e) {
      throw unknown(host, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unknown(host, e);
    }
  }

  private CompletableFuture<InetAddress[]> lookup(String host) {
    CompletableFuture<InetAddress[]> mine = new CompletableFuture<>();
    CompletableFuture<InetAddress[]> other = inProgress.putIfAbsent(host, mine);
    if (other != null) {
      return other;
    }
    try {
      threads.execute(
          () -> {
            try {
              mine.complete(resolver.resolve(host));
            } catch (UnknownHostException e) {
              mine.completeExceptionally(e);
            } finally {
              inProgress.remove(host);
              // Does nothing unless the lookup failed in an unexpected way.
              mine.completeExceptionally(new IllegalStateException("lookup failed"));
            }
          });
    } catch (RejectedExecutionException e) {
      inProgress.remove(host);
      mine.completeExceptionally(e);
    }
    return mine;
  }

  private static UnknownHostException unknown(String host, Exception cause) {
    UnknownHostException unknown = new UnknownHostException(host);
    unknown.initCause(cause);
    return unknown;
  }
}
