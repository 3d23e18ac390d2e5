package io.tenantry.ingestion.instance;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Looks up instances without blocking the event loop; results may be up to a second old. */
@Singleton
final class InstanceDirectory {

  private static final Duration MAX_AGE = Duration.ofSeconds(1);
  private static final int MAX_ENTRIES = 10_000;

  /** The cache key of the default instance; no instance has this name. */
  private static final String DEFAULT_KEY = "";

  private final InstanceStore store;
  private final AsyncCache<String, Optional<Instance>> instances =
      Caffeine.newBuilder().expireAfterWrite(MAX_AGE).maximumSize(MAX_ENTRIES).buildAsync();

  InstanceDirectory(InstanceStore store) {
    this.store = store;
  }

  CompletableFuture<Optional<Instance>> lookUp(String name) {
    if (!Instance.isName(name)) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return instances.get(name, (key, executor) -> store.lookUp(key));
  }

  CompletableFuture<Optional<Instance>> lookUpDefault() {
    return instances.get(DEFAULT_KEY, (key, executor) -> store.lookUpDefault());
  }

  /** Clears the cache after a change on this replica. */
  void invalidate() {
    instances.synchronous().invalidateAll();
  }
}
