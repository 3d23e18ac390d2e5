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
 * Remembers which events were accepted lately, so that one that is sent again is answered the same
 * and not given to Kafka again. What this window has forgotten, or another replica has accepted, is
 * recognised where it is delivered: the tenant's database stores an event once.
 *
 * <p>Two generations, so that forgetting costs nothing: when the young one is full or old, it
 * becomes the former one, and what that held is forgotten. A cache with a bound would forget the
 * wrong ones: Caffeine keeps what was asked for often, and with room for 200,000 of 1,000,000 ids
 * it remembered 2,030 of the last 10,000.
 */
@Singleton
final class RepetitionWindow {

  private static final CompletableFuture<Void> ACCEPTED = CompletableFuture.completedFuture(null);

  private final CaptureConfig config;
  private final Clock clock;
  private volatile Generation young;
  private volatile Generation former;

  RepetitionWindow(CaptureConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.young = new Generation(clock.instant());
    this.former = young;
  }

  /** What names an event, as the first 128 bits of its SHA-256. */
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
   * Whether an event was sent before.
   *
   * @param acceptance completes when the event is accepted, if it is the first; one that fails is
   *     forgotten
   * @return what became, or becomes, of the event's first sending; empty if this is it
   */
  Optional<CompletableFuture<Void>> admit(Key key, CompletableFuture<Void> acceptance) {
    Generation current = current();
    CompletableFuture<Void> before = former.events().get(key);
    if (before == null) {
      before = current.events().putIfAbsent(key, acceptance);
    }
    if (before != null) {
      return Optional.of(before);
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

  /** Forgets all: what was accepted may be lost, and one that is sent again is to be accepted. */
  synchronized void clear() {
    young = new Generation(clock.instant());
    former = young;
  }

  private Generation current() {
    Generation current = young;
    if (isOver(current)) {
      synchronized (this) {
        if (isOver(young)) {
          former = young;
          young = new Generation(clock.instant());
        }
        current = young;
      }
    }
    return current;
  }

  private boolean isOver(Generation generation) {
    return generation.size().get() >= config.repetitionWindowEvents()
        || clock.instant().isAfter(generation.since().plus(config.repetitionWindow()));
  }
}
