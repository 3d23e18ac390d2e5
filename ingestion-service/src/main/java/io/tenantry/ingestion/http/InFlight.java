package io.tenantry.ingestion.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Limits the memory for bodies of requests in flight, in total and for each sender. Unauthenticated
 * senders share a small part of it. In that part, the oldest body that is still arriving is dropped
 * for a newer one, so that idle connections cannot exhaust it.
 */
@Singleton
public final class InFlight {

  private final InFlightConfig config;
  private final Map<Sender.Group, Usage> usages = new HashMap<>();

  InFlight(InFlightConfig config, MeterRegistry meters) {
    this.config = config;
    Gauge.builder("tenantry.ingestion.in.flight", this, InFlight::bytes)
        .description("Bytes of request bodies in flight")
        .baseUnit("bytes")
        .register(meters);
  }

  /** The bytes that a group uses, and its reservations that may be dropped, oldest first. */
  private static final class Usage {
    private long bytes;
    private final SequencedSet<Reservation> droppable = new LinkedHashSet<>();
  }

  private synchronized long bytes() {
    Usage all = usages.get(Sender.Group.ALL);
    return all == null ? 0 : all.bytes;
  }

  private long limit(Sender.Kind kind) {
    InFlightConfig.Shares shares = config.shares();
    MemorySize limit =
        switch (kind) {
          case ALL -> config.maxInFlight();
          case TENANT -> shares.tenant();
          case INSTANCE -> shares.instance();
          case UNPROVEN -> shares.unproven();
          case UNPROVEN_INSTANCE -> shares.unprovenInstance();
          case UNPROVEN_ADDRESS -> shares.unprovenAddress();
        };
    return limit.asLongValue();
  }

  /**
   * Reserves memory for a body.
   *
   * @param onDrop called on any thread when the reservation was dropped for another body; it is
   *     released by then
   * @return empty if there is not enough memory
   */
  Optional<Reservation> reserve(Sender sender, long size, Runnable onDrop) {
    Reservation reservation = new Reservation(sender, onDrop);
    return reservation.growTo(size) ? Optional.of(reservation) : Optional.empty();
  }

  private boolean grow(Reservation reservation, long target) {
    List<Reservation> dropped = new ArrayList<>();
    boolean grown;
    synchronized (this) {
      long size = target - reservation.bytes;
      grown = !reservation.released && (size <= 0 || makeRoom(reservation, size, dropped));
      if (grown && size > 0) {
        change(reservation, size);
      }
    }
    dropped.forEach(each -> each.onDrop.run());
    return grown;
  }

  /** Drops reservations until the size fits the limit of every group; returns whether it fits. */
  private boolean makeRoom(Reservation reservation, long size, List<Reservation> dropped) {
    while (true) {
      Optional<Sender.Group> full =
          reservation.sender.groups().stream()
              .filter(group -> bytes(group) + size > limit(group.kind()))
              .findFirst();
      if (full.isEmpty()) {
        return true;
      }
      Optional<Reservation> oldest = oldest(full.get(), reservation);
      if (oldest.isEmpty()) {
        return false;
      }
      release(oldest.get());
      dropped.add(oldest.get());
    }
  }

  private long bytes(Sender.Group group) {
    Usage usage = usages.get(group);
    return usage == null ? 0 : usage.bytes;
  }

  private Optional<Reservation> oldest(Sender.Group full, Reservation except) {
    Usage usage = usages.get(full.kind() == Sender.Kind.ALL ? Sender.Group.UNPROVEN : full);
    return usage == null
        ? Optional.empty()
        : usage.droppable.stream().filter(each -> each != except).findFirst();
  }

  private void change(Reservation reservation, long size) {
    reservation.bytes += size;
    boolean droppable = reservation.sender instanceof Sender.Unproven;
    for (Sender.Group group : reservation.sender.groups()) {
      Usage usage = usages.computeIfAbsent(group, g -> new Usage());
      usage.bytes += size;
      if (reservation.bytes == 0) {
        usage.droppable.remove(reservation);
      } else if (droppable) {
        usage.droppable.add(reservation);
      }
      if (usage.bytes == 0) {
        usages.remove(group);
      }
    }
  }

  private void release(Reservation reservation) {
    if (!reservation.released) {
      change(reservation, -reservation.bytes);
      reservation.released = true;
    }
  }

  /** The memory that is reserved for one body. */
  final class Reservation {

    private final Runnable onDrop;
    private Sender sender;
    private long bytes;
    private boolean released;

    private Reservation(Sender sender, Runnable onDrop) {
      this.sender = sender;
      this.onDrop = onDrop;
    }

    /** Grows the reservation to this size; returns whether there was enough memory. */
    boolean growTo(long size) {
      return grow(this, size);
    }

    /** Counts the body for another sender; returns whether that sender's limits permit it. */
    boolean moveTo(Sender other) {
      synchronized (InFlight.this) {
        if (released) {
          return false;
        }
        long size = bytes;
        change(this, -size);
        sender = other;
        // Nothing is dropped here: the total does not grow, and bodies of authenticated senders are
        // never dropped.
        boolean fits = makeRoom(this, size, new ArrayList<>());
        if (fits) {
          change(this, size);
        } else {
          released = true;
        }
        return fits;
      }
    }

    void release() {
      synchronized (InFlight.this) {
        InFlight.this.release(this);
      }
    }
  }
}
