package io.tenantry.ingestion.delivery;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The next offset of this replica's worker on each of its partitions. A caller that holds the lock
 * sees the worker between two polls: all events before these offsets are delivered or stored as a
 * backlog.
 */
@Singleton
final class PartitionOffsets {

  private final ReentrantLock lock = new ReentrantLock(true);
  private final Map<Integer, Long> offsets = new ConcurrentHashMap<>();

  void runExclusively(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  void set(int partition, long nextOffset) {
    offsets.put(partition, nextOffset);
  }

  void remove(int partition) {
    offsets.remove(partition);
  }

  /** The next offset of a partition; empty if the partition is not assigned to this replica. */
  OptionalLong next(int partition) {
    Long offset = offsets.get(partition);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
  }
}
