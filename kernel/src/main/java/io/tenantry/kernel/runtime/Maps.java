package io.tenantry.kernel.runtime;

import java.util.Map;
import java.util.NoSuchElementException;

/** Reads from maps. */
public final class Maps {

  private Maps() {}

  /**
   * The value of a key that the map must have.
   *
   * @throws NoSuchElementException if the map does not have it
   */
  public static <K, V> V require(Map<K, V> map, K key) {
    V value = map.get(key);
    if (value == null) {
      throw new NoSuchElementException("there is no " + key);
    }
    return value;
  }
}
