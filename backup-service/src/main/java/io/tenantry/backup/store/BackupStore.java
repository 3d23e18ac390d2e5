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
 * A store of backups: named objects, each written once and atomically.
 *
 * <p>A marker object in the store names its installation. It is read before every write and every
 * deletion: a store of another installation, or one that was replaced, is not touched. Reading
 * needs no marker; but without it, a missing object does not mean that the backup is damaged.
 *
 * <p>Every method throws {@link TenantryException} {@code STORE_UNAVAILABLE} if the store cannot be
 * reached, is full, refuses, or is not the one that was used before; reading throws {@code
 * BACKUP_DAMAGED} if there is no such object.
 */
public final class BackupStore {

  private static final Logger LOG = Logger.getLogger(BackupStore.class);
  private static final int BATCH = 500;

  /** How long the listing of an unclaimed store is valid: it takes long, and changes slowly. */
  private static final Duration LISTING_VALIDITY = Duration.ofMinutes(10);

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

  /** The name by which records refer to it. */
  public String name() {
    return name;
  }

  /** The id in its marker, which distinguishes it from other stores with the same name. */
  public Optional<UUID> id() {
    return marker().flatMap(StoreMarker::storeId);
  }

  /** The store's location. */
  public String location() {
    return objects.location();
  }

  /**
   * Starts an upload. The object exists when {@link Upload#commit} returns, and not before.
   *
   * @throws TenantryException {@code STORE_BELONGS_TO_ANOTHER_INSTALLATION}
   */
  public Upload startUpload(String key) {
    requireBackup(key);
    StoreState state = readState(false);
    if (!state.isWritable()) {
      throw refusal(state);
    }
    return objects.startUpload(key, installation.id());
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
        StoreState state = readState(false);
        if (!state.isWritable()) {
          throw refusal(state);
        }
      }
      throw e;
    }
  }

  /**
   * Removes a backup, if it exists.
   *
   * @throws TenantryException {@code STORE_BELONGS_TO_ANOTHER_INSTALLATION}, {@code
   *     STORE_NOT_CLAIMED}
   */
  public void delete(String key) {
    requireBackup(key);
    requireOurs();
    objects.delete(key);
  }

  /**
   * Passes every object, in no order, including those that are not backups, except Tenantry's own.
   */
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
   * Removes unfinished uploads of this installation, which a crash has left.
   *
   * @param before only uploads that were started before this time
   * @return the number of removed uploads
   */
  public int removeUnfinished(Instant before) {
    requireOurs();
    return objects.removeUnfinished(installation.id(), before);
  }

  /** The highest generation of this installation's control database that is recorded here. */
  OptionalLong generation() {
    return objects
        .find(StoreGeneration.KEY)
        .map(content -> StoreGeneration.read(content, mapper))
        .filter(found -> found.installationId().equals(Optional.of(installation.id())))
        .map(found -> OptionalLong.of(found.generation()))
        .orElse(OptionalLong.empty());
  }

  /** Records the control database's generation in the store. */
  void writeGeneration(long generation) {
    requireOurs();
    objects.put(
        StoreGeneration.KEY,
        new StoreGeneration(Optional.of(installation.id()), generation).bytes(mapper));
  }

  /** Whether its objects may be this installation's. */
  public boolean isUsable() {
    return readState(false).isWritable();
  }

  /** Whether it has this installation's marker, so that objects in it may be deleted. */
  public boolean isOurs() {
    return readState(false) == StoreState.OURS;
  }

  private void requireOurs() {
    StoreState state = readState(false);
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
        code, "The %s backup store cannot be used. %s".formatted(name, state.advice()));
  }

  /** Returns the store's current state. */
  public StoreStatus status() {
    try {
      StoreState state = readState(true);
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
   * Marks the store as this installation's, as an operator has requested.
   *
   * @throws TenantryException {@code STORE_BELONGS_TO_ANOTHER_INSTALLATION}, or {@code
   *     STORE_UNAVAILABLE} if it is the primary store under another name
   */
  StoreStatus claim() {
    StoreState state = readState(true);
    switch (state) {
      case OURS -> LOG.debugf("store is already claimed store=%s", name);
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

  /** Reads the marker, and writes it on the first use of a store. */
  private StoreState readState(boolean relist) {
    Optional<StoreMarker> found = marker();
    Optional<StoreRecords.Known> known = records.find(location());
    boolean expected = known.filter(StoreRecords.Known::marked).isPresent();
    if (found.isEmpty()) {
      return expected ? StoreState.MARKER_MISSING : firstUse(relist);
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
      LOG.debugf("store not compared with the primary store store=%s: %s", name, e.getMessage());
      return false;
    }
  }

  private StoreState firstUse(boolean relist) {
    boolean listed =
        foundUnclaimedAt
            .filter(at -> System.nanoTime() - at < LISTING_VALIDITY.toNanos())
            .isPresent();
    if ((listed && !relist) || holdsUnknownBackups()) {
      if (!listed) {
        foundUnclaimedAt = Optional.of(System.nanoTime());
      }
      return StoreState.UNCLAIMED;
    }
    return mark();
  }

  private boolean holdsUnknownBackups() {
    List<UUID> batch = new ArrayList<>(BATCH);
    List<UUID> unknown = new ArrayList<>();
    objects.list(
        object ->
            ArchiveId.ofKey(object.key())
                .ifPresent(
                    id -> {
                      batch.add(id.backupId());
                      if (batch.size() == BATCH) {
                        unknown.addAll(records.unknown(batch));
                        batch.clear();
                      }
                    }));
    unknown.addAll(records.unknown(batch));
    return !unknown.isEmpty();
  }

  /** Writes the marker. If others write one at the same time, the one that remains counts. */
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
    LOG.infof("store marked as this installation's store=%s location=%s", name, location());
    return StoreState.OURS;
  }

  private Optional<StoreMarker> marker() {
    return objects.find(StoreMarker.KEY).map(content -> StoreMarker.read(content, mapper));
  }
}
