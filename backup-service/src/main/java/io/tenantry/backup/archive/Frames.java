package io.tenantry.backup.archive;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A stream of unknown length with something after it: the stream in frames, each with its length
 * before it (4 bytes); then a frame of length 0; then the length of the rest, and the rest.
 */
final class Frames {

  private static final int LARGEST_FRAME = 1 << 17;

  /** The record of a tenant with 100,000 tables is 10 MiB. */
  private static final int LARGEST_REST = 256 << 20;

  private Frames() {}

  /** Writes frames. */
  static final class Out extends OutputStream {

    private final DataOutputStream out;
    private final byte[] frame = new byte[LARGEST_FRAME];
    private int filled;

    Out(OutputStream out) {
      this.out = new DataOutputStream(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int done = 0;
      while (done < length) {
        int now = Math.min(length - done, frame.length - filled);
        System.arraycopy(bytes, offset + done, frame, filled, now);
        filled += now;
        done += now;
        if (filled == frame.length) {
          writeFrame();
        }
      }
    }

    private void writeFrame() throws IOException {
      out.writeInt(filled);
      out.write(frame, 0, filled);
      filled = 0;
    }

    /** Ends the stream and writes what comes after it. Closes nothing. */
    void finish(byte[] rest) throws IOException {
      if (filled > 0) {
        writeFrame();
      }
      out.writeInt(0);
      out.writeInt(rest.length);
      out.write(rest);
      out.flush();
    }
  }

  /** Reads the stream; what comes after it, too, once the stream is at its end. */
  static final class In extends InputStream {

    private final DataInputStream in;
    private int left;
    private boolean ended;
    private byte[] rest = {};

    In(InputStream in) {
      this.in = new DataInputStream(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (ended) {
        return -1;
      }
      if (left == 0) {
        left = length(LARGEST_FRAME);
        if (left == 0) {
          rest = readRest();
          ended = true;
          return -1;
        }
      }
      int read = in.read(buffer, offset, Math.min(length, left));
      if (read < 0) {
        throw new IOException("it ends within a frame");
      }
      left -= read;
      return read;
    }

    private byte[] readRest() throws IOException {
      int length = length(LARGEST_REST);
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new IOException("it ends within what comes after it");
      }
      if (in.read() >= 0) {
        throw new IOException("it goes on after its end");
      }
      return bytes;
    }

    private int length(int largest) throws IOException {
      int length = in.readInt();
      if (length < 0 || length > largest) {
        throw new IOException("it has no frame where one should be");
      }
      return length;
    }

    /** What comes after the stream, which is read to its end, whatever is left of it. */
    byte[] rest() throws IOException {
      transferTo(OutputStream.nullOutputStream());
      return rest;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
