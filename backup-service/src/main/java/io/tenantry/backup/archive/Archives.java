package io.tenantry.backup.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.tenantry.backup.installation.Installation;
import io.tenantry.backup.key.TenantKeys;
import io.tenantry.backup.store.ArchiveId;
import io.tenantry.backup.store.BackupStore;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * Writes and reads stored backups: an unencrypted header, then the compressed dump and the backup's
 * record, both encrypted with the tenant's key and authenticated in segments. A segment's data is
 * returned only after the segment is authenticated; a truncated stream is an error.
 */
@Singleton
public final class Archives {

  private static final int BUFFER = 1 << 17;

  /** The fastest level that still compresses well. */
  private static final int ZSTD_LEVEL = 1;

  private final TenantKeys keys;
  private final Installation installation;
  private final ObjectMapper mapper;

  Archives(TenantKeys keys, Installation installation, ObjectMapper mapper) {
    this.keys = keys;
    this.installation = installation;
    this.mapper = mapper;
  }

  /**
   * The input of a stored backup.
   *
   * @param newKeyRequestedAt see {@link TenantKeys#forWriting}
   * @param record called after the dump was written
   */
  public record Source(
      ArchiveId id, Optional<Instant> newKeyRequestedAt, DumpSource dump, RecordSource record) {}

  /** Supplies an uncompressed dump. */
  @FunctionalInterface
  public interface DumpSource {
    /**
     * Writes the dump to its end.
     *
     * @param progress receives the number of bytes written
     */
    void writeTo(OutputStream out, LongConsumer progress) throws IOException, InterruptedException;
  }

  /** Supplies a backup's metadata once its dump is complete. */
  @FunctionalInterface
  public interface RecordSource {
    /** Waits for the metadata. */
    ArchiveRecord get() throws InterruptedException;
  }

  /**
   * The result of writing a backup.
   *
   * @param bytes the size of the stored file
   * @param checksum SHA-256 of the stored file, hexadecimal
   * @param keyId the key that encrypts it
   */
  public record Written(long bytes, String checksum, UUID keyId, ArchiveRecord record) {}

  /**
   * What a stored backup is compared with.
   *
   * @param keyId the key that encrypts it; empty if unknown
   */
  public record Expected(
      ArchiveId id,
      Manifest.Compression compression,
      long bytes,
      String checksum,
      Optional<UUID> keyId) {}

  /**
   * The contents of a stored backup that has no record.
   *
   * @param checksum SHA-256 of the stored file, hexadecimal
   */
  public record Found(long bytes, String checksum, UUID keyId, ArchiveRecord record) {}

  /**
   * Streams a dump into an upload, which the caller commits.
   *
   * @throws TenantryException {@code TENANT_SHREDDED}, {@code BACKUP_FAILED}
   */
  public Written write(Source source, OutputStream upload, LongConsumer progress)
      throws InterruptedException {
    TenantKeys.Key key = keys.forWriting(source.id().tenantId(), source.newKeyRequestedAt());
    byte[] header =
        new ArchiveHeader(
                source.id().tenantId(),
                source.id().backupId(),
                Optional.of(installation.id()),
                Optional.of(key.id()))
            .bytes();
    MeasuredStreams.Out stored = new MeasuredStreams.Out(upload);
    try {
      stored.write(header);
      ArchiveRecord record;
      try (OutputStream encrypted = key.aead().newEncryptingStream(stored, header)) {
        Frames.Out frames = new Frames.Out(encrypted);
        try (OutputStream compressed = new ZstdOutputStreamNoFinalizer(frames, ZSTD_LEVEL)) {
          source.dump().writeTo(compressed, progress);
        }
        record = source.record().get();
        frames.finish(mapper.writeValueAsBytes(record));
      }
      return new Written(stored.bytes(), stored.checksum(), key.id(), record);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a backup's record could not be written", e);
    } catch (IOException e) {
      throw new TenantryException(
          ErrorCode.BACKUP_FAILED, "pg_dump's output could not be read to its end.", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a backup could not be encrypted", e);
    }
  }

  /**
   * Opens a stored backup and returns its dump. Reading throws {@link DamagedArchive} at the first
   * error, at the latest at the end.
   *
   * @param progress receives the number of stored bytes read
   */
  public InputStream open(BackupStore store, Expected expected, LongConsumer progress) {
    long size = store.size(expected.id().objectKey());
    if (size != expected.bytes()) {
      throw new DamagedArchive(
          size < expected.bytes()
              ? "it is truncated: %d of %d bytes remain".formatted(size, expected.bytes())
              : "it has %d bytes, not %d".formatted(size, expected.bytes()));
    }
    MeasuredStreams.In stored = stored(store, expected.id(), progress);
    try {
      ArchiveHeader header = ArchiveHeader.read(stored);
      header.require(expected.id(), expected.keyId());
      InputStream content = decrypted(header, header.keyId().or(expected::keyId), stored);
      Optional<Frames.In> frames =
          header.hasRecord() ? Optional.of(new Frames.In(content)) : Optional.empty();
      InputStream dump = frames.<InputStream>map(framed -> framed).orElse(content);
      return new Checked(
          expected.compression() == Manifest.Compression.STREAM
              ? new ZstdInputStreamNoFinalizer(dump)
              : dump,
          frames,
          stored,
          expected);
    } catch (IOException e) {
      closeQuietly(stored, e);
      throw unreadable(e);
    } catch (RuntimeException e) {
      closeQuietly(stored, e);
      throw e;
    }
  }

  /**
   * Reads a stored backup that has no record in the control database, to its end.
   *
   * @throws TenantryException {@code BACKUP_NOT_USABLE} if its format contains no record, {@code
   *     BACKUP_KEY_DESTROYED}, {@code BACKUP_DAMAGED}
   */
  public Found find(BackupStore store, ArchiveId id, LongConsumer progress) {
    MeasuredStreams.In stored = stored(store, id, progress);
    try (stored) {
      ArchiveHeader header = ArchiveHeader.read(stored);
      header.require(id, Optional.empty());
      UUID keyId =
          header
              .keyId()
              .orElseThrow(
                  () ->
                      new TenantryException(
                          ErrorCode.BACKUP_NOT_USABLE,
                          "The backup has an old format that does not contain its record; it cannot"
                              + " be imported."));
      try (Frames.In content = new Frames.In(decrypted(header, Optional.of(keyId), stored))) {
        byte[] record = trailer(content, stored);
        stored.transferTo(OutputStream.nullOutputStream());
        return new Found(
            stored.bytes(),
            stored.checksum(),
            keyId,
            mapper.readValue(record, ArchiveRecord.class));
      }
    } catch (JsonProcessingException e) {
      throw new TenantryException(
          ErrorCode.BACKUP_NOT_USABLE,
          "The backup's record was written by a newer version; upgrade backup-service to read it.",
          e);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static byte[] trailer(Frames.In content, MeasuredStreams.In stored) {
    try {
      return content.trailer();
    } catch (IOException e) {
      throw altered(stored, e);
    }
  }

  private static MeasuredStreams.In stored(BackupStore store, ArchiveId id, LongConsumer progress) {
    return new MeasuredStreams.In(
        new BufferedInputStream(store.open(id.objectKey()), BUFFER), progress);
  }

  private InputStream decrypted(ArchiveHeader header, Optional<UUID> keyId, InputStream stored)
      throws IOException {
    try {
      return keys.forReading(header.tenantId(), keyId).newDecryptingStream(stored, header.bytes());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a backup could not be decrypted", e);
    }
  }

  private static TenantryException unreadable(IOException cause) {
    return new TenantryException(
        ErrorCode.STORE_UNAVAILABLE,
        "The stored backup could not be read; check the backup store.",
        cause);
  }

  private static DamagedArchive altered(MeasuredStreams.In stored, IOException cause) {
    return new DamagedArchive(
        "it was altered or encrypted with another key, at or before byte %d"
            .formatted(stored.bytes()),
        cause);
  }

  /**
   * Copies a stored backup unchanged; throws {@link DamagedArchive} if its size or checksum differs
   * from the recorded one.
   */
  public void copy(BackupStore store, Expected expected, OutputStream to, LongConsumer progress) {
    try (MeasuredStreams.In stored =
        new MeasuredStreams.In(store.open(expected.id().objectKey()), progress)) {
      transfer(stored, to);
      if (stored.bytes() != expected.bytes() || !stored.checksum().equals(expected.checksum())) {
        throw new DamagedArchive("its size or checksum differs from the recorded one");
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static void closeQuietly(InputStream stream, Exception cause) {
    try {
      stream.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Copies a stream; closes neither side. */
  public static void transfer(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
      to.write(buffer, 0, read);
    }
  }

  /** Reports read errors as {@link DamagedArchive}, and compares the checksum at the end. */
  private static final class Checked extends InputStream {

    private final InputStream dump;
    private final Optional<Frames.In> frames;
    private final MeasuredStreams.In stored;
    private final Expected expected;
    private boolean finished;

    Checked(
        InputStream dump,
        Optional<Frames.In> frames,
        MeasuredStreams.In stored,
        Expected expected) {
      this.dump = dump;
      this.frames = frames;
      this.stored = stored;
      this.expected = expected;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      try {
        int read = dump.read(buffer, offset, length);
        if (read < 0 && !finished) {
          finished = true;
          compare();
        }
        return read;
      } catch (IOException e) {
        throw altered(stored, e);
      }
    }

    private void compare() throws IOException {
      if (frames.isPresent()) {
        frames.get().trailer();
      }
      stored.skipNBytes(expected.bytes() - stored.bytes());
      if (!stored.checksum().equals(expected.checksum())) {
        throw new DamagedArchive("its checksum differs from the recorded one");
      }
    }

    @Override
    public void close() throws IOException {
      dump.close();
    }
  }
}
