package io.tenantry.ingestion.instance;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Instances for the event loop; an answer may be a second old. */
@Singleton
final class InstanceDirectory {

  private static final Duration FRESHNESS = Duration.ofSeconds(1);
  private static final int LARGEST = 10_000;

  /** No instance has this name. */
  private static final String DEFAULT = "";

  private final InstanceStore store;
  private final AsyncCache<String, Optional<Instance>> instances =
      Caffeine.newBuilder().expireAfterWrite(FRESHNESS).maximumSize(LARGEST).buildAsync();

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
    return instances.get(DEFAULT, (key, executor) -> store.lookUpDefault());
  }

  /** Has all read anew, after a change on this replica. */
  void forget() {
    instances.synchronous().invalidateAll();
  }
}
