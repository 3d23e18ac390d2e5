package io.tenantry.ingestion.delivery;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How far this replica's worker is on each of its partitions. Who holds the lock sees the worker
 * between two polls: what is before these offsets is delivered or written down as a backlog.
 */
@Singleton
final class Progress {

  private final ReentrantLock lock = new ReentrantLock(true);
  private final Map<Integer, Long> reached = new ConcurrentHashMap<>();

  void exclusively(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  void reached(int partition, long nextOffset) {
    reached.put(partition, nextOffset);
  }

  void leave(int partition) {
    reached.remove(partition);
  }

  /** The next offset of a partition; empty if it is another replica's. */
  OptionalLong of(int partition) {
    Long offset = reached.get(partition);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
  }
}
