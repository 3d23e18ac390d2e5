package io.tenantry.backup.archive;

import io.tenantry.kernel.crypto.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.util.function.LongConsumer;

/** Streams that count and digest what passes. */
final class Measured {

  private Measured() {}

  /** Passes what is written on; closing it closes nothing else. */
  static final class Out extends DigestOutputStream {

    private long bytes;

    Out(OutputStream out) {
      super(out, Sha256.newDigest());
    }

    @Override
    public void write(int b) throws IOException {
      super.write(b);
      bytes++;
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      super.write(buffer, offset, length);
      bytes += length;
    }

    @Override
    public void close() {}

    long bytes() {
      return bytes;
    }

    String checksum() {
      return Sha256.hex(digest);
    }
  }

  /** Reads on and tells how far. */
  static final class In extends DigestInputStream {

    private final LongConsumer progress;
    private long bytes;

    In(InputStream in, LongConsumer progress) {
      super(in, Sha256.newDigest());
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      count(read);
      return read;
    }

    private void count(int read) {
      if (read > 0) {
        bytes += read;
        progress.accept(bytes);
      }
    }

    /** Reads, so that what is skipped is digested, too. */
    @Override
    public long skip(long n) throws IOException {
      return readNBytes((int) Math.min(n, 1L << 16)).length;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    long bytes() {
      return bytes;
    }

    String checksum() {
      return Sha256.hex(digest);
    }
  }
}
