package io.tenantry.ingestion.capture;

import io.tenantry.ingestion.event.Event;
import io.tenantry.kernel.crypto.Sha256;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Remembers recently accepted events, so that an event that is sent again gets the same response
 * and is not written to Kafka again. Events that left the window, or that another replica accepted,
 * are recognised on delivery: the tenant's database stores an event once.
 *
 * <p>It has two generations, so that eviction is cheap: when the young one is full or expired, it
 * replaces the previous one, whose events are dropped. A bounded cache would evict the wrong
 * events: Caffeine prefers entries that are read often, and with room for 200,000 of 1,000,000 ids
 * it kept 2,030 of the last 10,000.
 */
@Singleton
final class RepetitionWindow {

  private static final CompletableFuture<Void> ACCEPTED = CompletableFuture.completedFuture(null);

  private final CaptureConfig config;
  private final Clock clock;
  private volatile Generation young;
  private volatile Generation previous;

  RepetitionWindow(CaptureConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.young = new Generation(clock.instant());
    this.previous = young;
  }

  /** Identifies an event by the first 128 bits of the SHA-256 of its tenant, source and id. */
  record Key(long high, long low) {

    static Key of(Event event) {
      MessageDigest digest = Sha256.newDigest();
      digest.update(
          ByteBuffer.allocate(20)
              .putLong(event.tenantId().getMostSignificantBits())
              .putLong(event.tenantId().getLeastSignificantBits())
              .putInt(event.source().length())
              .flip());
      digest.update(event.source().getBytes(StandardCharsets.UTF_8));
      ByteBuffer hash = ByteBuffer.wrap(digest.digest(event.id().getBytes(StandardCharsets.UTF_8)));
      return new Key(hash.getLong(), hash.getLong());
    }
  }

  private record Generation(
      ConcurrentHashMap<Key, CompletableFuture<Void>> events, AtomicInteger size, Instant since) {

    Generation(Instant since) {
      this(new ConcurrentHashMap<>(), new AtomicInteger(), since);
    }
  }

  /**
   * Registers an event unless it is registered already.
   *
   * @param acceptance completes when the event is accepted; if it fails, the event is removed
   * @return the acceptance of the event that was registered before; empty if this event is new
   */
  Optional<CompletableFuture<Void>> register(Key key, CompletableFuture<Void> acceptance) {
    Generation current = current();
    CompletableFuture<Void> existing = previous.events().get(key);
    if (existing == null) {
      existing = current.events().putIfAbsent(key, acceptance);
    }
    if (existing != null) {
      return Optional.of(existing);
    }
    current.size().incrementAndGet();
    CompletableFuture<Void> unused =
        acceptance.whenComplete(
            (done, failure) -> {
              if (failure == null) {
                current.events().replace(key, ACCEPTED);
              } else {
                current.events().remove(key);
              }
            });
    return Optional.empty();
  }

  /** Removes all events, so that each is accepted again. */
  synchronized void clear() {
    young = new Generation(clock.instant());
    previous = young;
  }

  private Generation current() {
    Generation current = young;
    if (isExpired(current)) {
      synchronized (this) {
        if (isExpired(young)) {
          previous = young;
          young = new Generation(clock.instant());
        }
        current = young;
      }
    }
    return current;
  }

  private boolean isExpired(Generation generation) {
    return generation.size().get() >= config.repetitionWindowEvents()
        || clock.instant().isAfter(generation.since().plus(config.repetitionWindow()));
  }
}
