package io.tenantry.operator.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Requests the reconciliation of the objects that have a key, such as the id of their tenant. */
public final class ObjectsByKey<P extends HasMetadata> extends AbstractEventSource<Object, P> {

  private final IndexerResourceCache<P> objects;

  /**
   * An index of objects.
   *
   * @param key the key of an object; empty for one that is not to be found
   */
  public ObjectsByKey(
      String name, IndexerResourceCache<P> objects, Function<P, Optional<String>> key) {
    super(Object.class, name);
    this.objects = objects;
    objects.addIndexer(name, object -> key.apply(object).map(List::of).orElseGet(List::of));
  }

  /** The objects with a key. */
  public List<P> find(String key) {
    return objects.byIndex(name(), key);
  }

  /** Requests the reconciliation of the objects with a key; returns whether there are any. */
  public boolean changed(String key) {
    List<P> found = find(key);
    if (isRunning()) {
      found.forEach(
          object -> getEventHandler().handleEvent(new Event(ResourceID.fromResource(object))));
    }
    return !found.isEmpty();
  }

  @Override
  public Set<Object> getSecondaryResources(P primary) {
    return Set.of();
  }
}
