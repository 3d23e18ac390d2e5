package io.tenantry.backup.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** Streams that count and digest what passes. */
final class Measured {

  private Measured() {}

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Passes what is written on; closing it closes nothing else. */
  static final class Out extends OutputStream {

    private final OutputStream out;
    private final MessageDigest digest = sha256();
    private long bytes;

    Out(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      out.write(buffer, offset, length);
      digest.update(buffer, offset, length);
      bytes += length;
    }

    long bytes() {
      return bytes;
    }

    String checksum() {
      return HexFormat.of().formatHex(digest.digest());
    }
  }

  /** Reads on and tells how far. */
  static final class In extends FilterInputStream {

    private final MessageDigest digest = sha256();
    private final LongConsumer progress;
    private long bytes;

    In(InputStream in, LongConsumer progress) {
      super(in);
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = in.read(buffer, offset, length);
      if (read > 0) {
        digest.update(buffer, offset, read);
        bytes += read;
        progress.accept(bytes);
      }
      return read;
    }

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
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
