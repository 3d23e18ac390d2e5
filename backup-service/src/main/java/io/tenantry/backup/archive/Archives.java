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
 * Writes and reads stored backups: a header in clear; then the dump, compressed, and after it the
 * backup's record, both encrypted with the tenant's key and authenticated in segments. Nothing is
 * released of a segment that is not authentic, and a stream that ends early is an error.
 */
@Singleton
public final class Archives {

  private static final int BUFFER = 1 << 17;

  /** The quickest that still compresses well. */
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
   * What is to be stored.
   *
   * @param newKeyAskedAt see {@link TenantKeys#forWriting}
   * @param compression who compresses the dump
   * @param record called when the dump was read to its end
   */
  public record Source(
      ArchiveId id,
      Optional<Instant> newKeyAskedAt,
      Manifest.Compression compression,
      InputStream dump,
      RecordSource record) {}

  /** What a backup knows of itself when its dump is complete. */
  @FunctionalInterface
  public interface RecordSource {
    /** Waits for it. */
    ArchiveRecord get(long dumpBytes) throws InterruptedException;
  }

  /**
   * What was written.
   *
   * @param dumpBytes before compression
   * @param bytes as stored
   * @param checksum SHA-256 of what is stored, hexadecimal
   * @param keyId the key it is encrypted with
   */
  public record Written(
      long dumpBytes, long bytes, String checksum, UUID keyId, ArchiveRecord record) {}

  /**
   * What a stored backup must be.
   *
   * @param keyId the key it is encrypted with, if that is known
   */
  public record Expected(
      ArchiveId id,
      Manifest.Compression compression,
      long bytes,
      String checksum,
      Optional<UUID> keyId) {}

  /**
   * What was found in a stored backup of which nothing is known.
   *
   * @param checksum SHA-256 of what is stored, hexadecimal
   */
  public record Found(long bytes, String checksum, UUID keyId, ArchiveRecord record) {}

  /**
   * Writes a dump as it comes; the caller commits the upload.
   *
   * @throws TenantryException {@code TENANT_SHREDDED}, {@code BACKUP_FAILED}
   */
  public Written write(Source source, OutputStream upload, LongConsumer progress)
      throws InterruptedException {
    TenantKeys.Key key = keys.forWriting(source.id().tenantId(), source.newKeyAskedAt());
    byte[] header =
        new ArchiveHeader(
                source.id().tenantId(),
                source.id().backupId(),
                Optional.of(installation.id()),
                Optional.of(key.id()))
            .bytes();
    Measured.Out stored = new Measured.Out(upload);
    Measured.In measured = new Measured.In(source.dump(), progress);
    try {
      stored.write(header);
      ArchiveRecord record;
      try (OutputStream encrypted = key.aead().newEncryptingStream(stored, header)) {
        Frames.Out frames = new Frames.Out(encrypted);
        try (OutputStream compressed =
            source.compression() == Manifest.Compression.STREAM
                ? new ZstdOutputStreamNoFinalizer(frames, ZSTD_LEVEL)
                : frames) {
          transfer(measured, compressed);
        }
        record = source.record().get(measured.bytes());
        frames.finish(mapper.writeValueAsBytes(record));
      }
      return new Written(measured.bytes(), stored.bytes(), stored.checksum(), key.id(), record);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a backup's record could not be written", e);
    } catch (IOException e) {
      throw new TenantryException(
          ErrorCode.BACKUP_FAILED, "The dump could not be read to its end.", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a backup could not be encrypted", e);
    }
  }

  /**
   * Opens a stored backup as the dump it was made of. Reading throws {@link DamagedArchive} at the
   * first thing that is wrong, at the latest at the end.
   *
   * @param progress told how many stored bytes were read
   */
  public InputStream open(BackupStore store, Expected expected, LongConsumer progress) {
    long size = store.size(expected.id().objectKey());
    if (size != expected.bytes()) {
      throw new DamagedArchive(
          size < expected.bytes()
              ? "it is cut off: %d of %d bytes are left".formatted(size, expected.bytes())
              : "it has %d bytes, not %d".formatted(size, expected.bytes()));
    }
    Measured.In stored = stored(store, expected.id(), progress);
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
   * Reads a stored backup, of which no record is known, to its end.
   *
   * @throws TenantryException {@code BACKUP_NOT_USABLE} if it is of a format that has no record in
   *     it, {@code BACKUP_KEY_DESTROYED}, {@code BACKUP_DAMAGED}
   */
  public Found find(BackupStore store, ArchiveId id, LongConsumer progress) {
    Measured.In stored = stored(store, id, progress);
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
                          "The backup is of an old format, without its record in it."));
      try (Frames.In content = new Frames.In(decrypted(header, Optional.of(keyId), stored))) {
        byte[] record = rest(content, stored);
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
          "The backup's record was written by a newer version, and cannot be read.",
          e);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static byte[] rest(Frames.In content, Measured.In stored) {
    try {
      return content.rest();
    } catch (IOException e) {
      throw altered(stored, e);
    }
  }

  private static Measured.In stored(BackupStore store, ArchiveId id, LongConsumer progress) {
    return new Measured.In(new BufferedInputStream(store.open(id.objectKey()), BUFFER), progress);
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
        ErrorCode.STORE_UNAVAILABLE, "The stored backup could not be read.", cause);
  }

  private static DamagedArchive altered(Measured.In stored, IOException cause) {
    return new DamagedArchive(
        "it was altered, or encrypted with another key, at byte %d or before"
            .formatted(stored.bytes()),
        cause);
  }

  /**
   * Copies a stored backup as it is, and throws {@link DamagedArchive} if that is not what was
   * recorded.
   */
  public void copy(BackupStore store, Expected expected, OutputStream to, LongConsumer progress) {
    try (Measured.In stored = new Measured.In(store.open(expected.id().objectKey()), progress)) {
      transfer(stored, to);
      if (stored.bytes() != expected.bytes() || !stored.checksum().equals(expected.checksum())) {
        throw new DamagedArchive("its size or its checksum is not the recorded one");
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

  /** Copies a stream without closing either. */
  public static void transfer(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
      to.write(buffer, 0, read);
    }
  }

  /** Says what is wrong in our words, and compares the checksum once all was read. */
  private static final class Checked extends InputStream {

    private final InputStream dump;
    private final Optional<Frames.In> frames;
    private final Measured.In stored;
    private final Expected expected;
    private boolean ended;

    Checked(InputStream dump, Optional<Frames.In> frames, Measured.In stored, Expected expected) {
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
        if (read < 0 && !ended) {
          ended = true;
          compare();
        }
        return read;
      } catch (IOException e) {
        throw altered(stored, e);
      }
    }

    private void compare() throws IOException {
      if (frames.isPresent()) {
        frames.get().rest();
      }
      stored.skipNBytes(expected.bytes() - stored.bytes());
      if (!stored.checksum().equals(expected.checksum())) {
        throw new DamagedArchive("its checksum is not the recorded one");
      }
    }

    @Override
    public void close() throws IOException {
      dump.close();
    }
  }
}
