package io.tenantry.backup.archive;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.tenantry.backup.key.TenantKeys;
import io.tenantry.backup.store.BackupStore;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import jakarta.inject.Singleton;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * Writes and reads stored backups: a header, then the dump, compressed, encrypted with the tenant's
 * key and authenticated in segments. Nothing is released of a segment that is not authentic, and a
 * stream that ends early is an error.
 */
@Singleton
public final class Archives {

  private static final int BUFFER = 1 << 17;

  /** The quickest that still compresses well. */
  private static final int ZSTD_LEVEL = 1;

  private final TenantKeys keys;

  Archives(TenantKeys keys) {
    this.keys = keys;
  }

  /** Which backup. */
  public record Id(UUID tenantId, UUID backupId) {

    private ArchiveHeader header() {
      return new ArchiveHeader(tenantId, backupId);
    }

    /** The key under which a store has it. */
    public String objectKey() {
      return tenantId + "/" + backupId + ".tenantry-backup";
    }
  }

  /**
   * What was written.
   *
   * @param dumpBytes before compression
   * @param bytes as stored
   * @param checksum SHA-256 of what is stored, hexadecimal
   */
  public record Written(long dumpBytes, long bytes, String checksum) {}

  /** What a stored backup must be. */
  public record Expected(Id id, Manifest.Compression compression, long bytes, String checksum) {}

  /** Writes a dump as it comes; the caller commits the upload. */
  public Written write(
      Id id,
      Manifest.Compression compression,
      InputStream dump,
      OutputStream upload,
      LongConsumer progress) {
    Measured.Out stored = new Measured.Out(upload);
    Measured.In measured = new Measured.In(dump, progress);
    try {
      byte[] header = id.header().bytes();
      stored.write(header);
      try (OutputStream encrypted =
              keys.forWriting(id.tenantId()).newEncryptingStream(stored, header);
          OutputStream compressed =
              compression == Manifest.Compression.stream
                  ? new ZstdOutputStreamNoFinalizer(encrypted, ZSTD_LEVEL)
                  : encrypted) {
        transfer(measured, compressed);
      }
      return new Written(measured.bytes(), stored.bytes(), stored.checksum());
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
    Measured.In stored =
        new Measured.In(
            new BufferedInputStream(store.open(expected.id().objectKey()), BUFFER), progress);
    try {
      ArchiveHeader header = expected.id().header();
      header.expect(stored);
      InputStream dump =
          keys.forReading(expected.id().tenantId()).newDecryptingStream(stored, header.bytes());
      return new Checked(
          expected.compression() == Manifest.Compression.stream
              ? new ZstdInputStreamNoFinalizer(dump)
              : dump,
          stored,
          expected);
    } catch (IOException e) {
      closeQuietly(stored, e);
      throw new TenantryException(
          ErrorCode.STORE_UNAVAILABLE, "The stored backup could not be read.", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a backup could not be decrypted", e);
    } catch (RuntimeException e) {
      closeQuietly(stored, e);
      throw e;
    }
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
      throw new TenantryException(
          ErrorCode.STORE_UNAVAILABLE, "The stored backup could not be read.", e);
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
    private final Measured.In stored;
    private final Expected expected;
    private boolean ended;

    Checked(InputStream dump, Measured.In stored, Expected expected) {
      this.dump = dump;
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
        throw new DamagedArchive(
            "it was altered, or encrypted with another key, at byte %d or before"
                .formatted(stored.bytes()),
            e);
      }
    }

    private void compare() throws IOException {
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
