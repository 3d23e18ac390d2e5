package io.tenantry.backup.archive;

import io.tenantry.kernel.crypto.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.util.function.LongConsumer;

/** Streams that count their bytes and compute their SHA-256. */
final class MeasuredStreams {

  private MeasuredStreams() {}

  /** Forwards what is written; closing it does not close the target. */
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

  /** Reports its progress while it reads. */
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

    /** Reads the skipped bytes, so that the digest includes them. */
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
