package io.tenantry.backup.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.backup.installation.Installation;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Where backups are: named objects, each written once and whole.
 *
 * <p>The store itself says whose it is, by a marker object with the installation's id. It is read
 * before every write and every deletion: a store that is another installation's, or not the one it
 * was, is not touched. Reading needs no marker; but where it is missing, an object that is not
 * found says nothing of the backup.
 *
 * <p>Every method throws {@link TenantryException} {@code STORE_UNAVAILABLE} if the store cannot be
 * reached, is full, refuses, or is not the one that was used before; reading throws {@code
 * BACKUP_DAMAGED} if there is no such object.
 */
public final class BackupStore {

  private static final Logger LOG = Logger.getLogger(BackupStore.class);
  private static final int AT_ONCE = 500;

  /**
   * Looking through a store that is not claimed takes long, and changes little from hour to hour.
   */
  private static final Duration LOOK_THROUGH_AGAIN = Duration.ofMinutes(10);

  private static final Set<String> OWN_KEYS = Set.of(StoreMarker.KEY, StoreGeneration.KEY);

  private final String name;
  private final ObjectStore objects;
  private final Optional<BackupStore> primary;
  private final Installation installation;
  private final StoreRecords records;
  private final ObjectMapper mapper;
  private volatile Optional<Long> foundUnclaimedAt = Optional.empty();

  /**
   * @param primary the store that this one holds copies of; empty for the primary store itself
   */
  BackupStore(
      String name,
      ObjectStore objects,
      Optional<BackupStore> primary,
      Installation installation,
      StoreRecords records,
      ObjectMapper mapper) {
    this.name = name;
    this.objects = objects;
    this.primary = primary;
    this.installation = installation;
    this.records = records;
    this.mapper = mapper;
  }

  /** An object as the store lists it. */
  public record Listed(String key, long bytes, Instant modifiedAt) {}

  /** The name it is recorded by. */
  public String name() {
    return name;
  }

  /** The id in its marker, by which it is told from another under the same name. */
  public Optional<UUID> id() {
    return marker().flatMap(StoreMarker::storeId);
  }

  /** Where it is. */
  public String location() {
    return objects.location();
  }

  /**
   * Starts an object. It is there when {@link Upload#commit} returns, and before that nothing is.
   *
   * @throws TenantryException {@code STORE_BELONGS_TO_ANOTHER_INSTALLATION}
   */
  public Upload begin(String key) {
    requireBackup(key);
    StoreState state = look(false);
    if (!state.writable()) {
      throw refusal(state);
    }
    return objects.begin(key, installation.id());
  }

  /** Opens an object. */
  public InputStream open(String key) {
    return read(() -> objects.open(key));
  }

  /** Its size in bytes. */
  public long size(String key) {
    return read(() -> objects.size(key));
  }

  /** Its first bytes, fewer if it is shorter. */
  public byte[] start(String key, int length) {
    return read(() -> objects.start(key, length));
  }

  private <T> T read(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (TenantryException e) {
      if (e.code() == ErrorCode.BACKUP_DAMAGED) {
        StoreState state = look(false);
        if (!state.writable()) {
          throw refusal(state);
        }
      }
      throw e;
    }
  }

  /**
   * Removes a backup; one that is not there is fine too.
   *
   * @throws TenantryException {@code STORE_BELONGS_TO_ANOTHER_INSTALLATION}, {@code
   *     STORE_NOT_CLAIMED}
   */
  public void delete(String key) {
    requireBackup(key);
    requireOurs();
    objects.delete(key);
  }

  /** Passes every object, in no order, also such that are no backups, except Tenantry's own. */
  public void list(Consumer<Listed> each) {
    String unfinished = FileStore.UNFINISHED + "/" + FileStore.prefix(installation.id());
    objects.list(
        object -> {
          if (!OWN_KEYS.contains(object.key()) && !object.key().startsWith(unfinished)) {
            each.accept(object);
          }
        });
  }

  /**
   * Removes what uploads of this installation left that ended with their process.
   *
   * @param before only what was started before then
   * @return how many
   */
  public int removeUnfinished(Instant before) {
    requireOurs();
    return objects.removeUnfinished(installation.id(), before);
  }

  /** The highest generation of this installation's control database that was written down here. */
  OptionalLong generation() {
    return objects
        .find(StoreGeneration.KEY)
        .map(content -> StoreGeneration.read(content, mapper))
        .filter(found -> found.installationId().equals(Optional.of(installation.id())))
        .map(found -> OptionalLong.of(found.generation()))
        .orElse(OptionalLong.empty());
  }

  /** Writes the control database's generation down. */
  void writeGeneration(long generation) {
    requireOurs();
    objects.put(
        StoreGeneration.KEY,
        new StoreGeneration(Optional.of(installation.id()), generation).bytes(mapper));
  }

  /** Whether what is in it may be this installation's. */
  public boolean isUsable() {
    return look(false).writable();
  }

  /** Whether something in it may be deleted. */
  public boolean isOurs() {
    return look(false) == StoreState.OURS;
  }

  private void requireOurs() {
    StoreState state = look(false);
    if (state != StoreState.OURS) {
      throw refusal(state);
    }
  }

  private static void requireBackup(String key) {
    if (ArchiveId.ofKey(key).isEmpty()) {
      throw new IllegalArgumentException("not the key of a backup: " + key);
    }
  }

  private TenantryException refusal(StoreState state) {
    ErrorCode code =
        switch (state) {
          case FOREIGN -> ErrorCode.STORE_BELONGS_TO_ANOTHER_INSTALLATION;
          case UNCLAIMED -> ErrorCode.STORE_NOT_CLAIMED;
          default -> ErrorCode.STORE_UNAVAILABLE;
        };
    return new TenantryException(
        code, "The %s backup store is refused. %s".formatted(name, state.advice()));
  }

  /** Whose the store is now. */
  public StoreStatus status() {
    try {
      StoreState state = look(true);
      Optional<StoreMarker> marker = marker();
      return new StoreStatus(
          name,
          location(),
          state,
          marker.flatMap(StoreMarker::installationId),
          marker.flatMap(StoreMarker::storeId),
          state.advice());
    } catch (TenantryException e) {
      return new StoreStatus(
          name,
          location(),
          StoreState.UNAVAILABLE,
          Optional.empty(),
          Optional.empty(),
          e.getMessage());
    }
  }

  /**
   * Takes the store for this installation's, as it is: an operator has said that it is.
   *
   * @throws TenantryException {@code STORE_BELONGS_TO_ANOTHER_INSTALLATION}, or {@code
   *     STORE_UNAVAILABLE} if it is the primary store under another name
   */
  StoreStatus claim() {
    StoreState state = look(true);
    switch (state) {
      case OURS -> LOG.debugf("store=%s is claimed already", name);
      case UNCLAIMED -> mark();
      case MARKER_MISSING -> {
        records.forget(location());
        mark();
      }
      case OTHER_STORE ->
          records.expect(location(), marker().flatMap(StoreMarker::storeId).orElseThrow());
      case FOREIGN, SAME_AS_PRIMARY, UNAVAILABLE -> throw refusal(state);
    }
    return status();
  }

  /** Reads the marker, and writes it if this is the first use. */
  private StoreState look(boolean thoroughly) {
    Optional<StoreMarker> found = marker();
    Optional<StoreRecords.Known> known = records.find(location());
    boolean expected = known.filter(StoreRecords.Known::marked).isPresent();
    if (found.isEmpty()) {
      return expected ? StoreState.MARKER_MISSING : firstUse(thoroughly);
    }
    StoreMarker marker = found.get();
    if (!marker.isOf(installation.id())) {
      return StoreState.FOREIGN;
    }
    UUID storeId = marker.storeId().orElseThrow();
    if (primary.isPresent() && primary.get().hasMarkerOf(storeId)) {
      return StoreState.SAME_AS_PRIMARY;
    }
    if (!expected) {
      records.expect(location(), storeId);
    } else if (!known.orElseThrow().storeId().equals(storeId)) {
      return StoreState.OTHER_STORE;
    }
    return StoreState.OURS;
  }

  private boolean hasMarkerOf(UUID storeId) {
    try {
      return marker().flatMap(StoreMarker::storeId).filter(storeId::equals).isPresent();
    } catch (TenantryException e) {
      LOG.debugf("store=%s cannot be compared now: %s", name, e.getMessage());
      return false;
    }
  }

  private StoreState firstUse(boolean thoroughly) {
    boolean lookedThrough =
        foundUnclaimedAt
            .filter(at -> System.nanoTime() - at < LOOK_THROUGH_AGAIN.toNanos())
            .isPresent();
    if ((lookedThrough && !thoroughly) || holdsUnknownBackups()) {
      if (!lookedThrough) {
        foundUnclaimedAt = Optional.of(System.nanoTime());
      }
      return StoreState.UNCLAIMED;
    }
    return mark();
  }

  private boolean holdsUnknownBackups() {
    List<UUID> batch = new ArrayList<>(AT_ONCE);
    List<UUID> unknown = new ArrayList<>();
    objects.list(
        object ->
            ArchiveId.ofKey(object.key())
                .ifPresent(
                    id -> {
                      batch.add(id.backupId());
                      if (batch.size() == AT_ONCE) {
                        unknown.addAll(records.unknown(batch));
                        batch.clear();
                      }
                    }));
    unknown.addAll(records.unknown(batch));
    return !unknown.isEmpty();
  }

  /**
   * Writes the marker. Whoever else does so at the same moment, the one that stays there counts.
   */
  private StoreState mark() {
    UUID ours = installation.id();
    UUID storeId = records.reserve(location());
    objects.put(
        StoreMarker.KEY, new StoreMarker(Optional.of(ours), Optional.of(storeId)).bytes(mapper));
    Optional<StoreMarker> there = marker();
    if (there.filter(marker -> marker.isOf(ours)).isEmpty()) {
      return StoreState.FOREIGN;
    }
    records.expect(location(), there.orElseThrow().storeId().orElseThrow());
    LOG.infof("store=%s is marked as this installation's location=%s", name, location());
    return StoreState.OURS;
  }

  private Optional<StoreMarker> marker() {
    return objects.find(StoreMarker.KEY).map(content -> StoreMarker.read(content, mapper));
  }
}
