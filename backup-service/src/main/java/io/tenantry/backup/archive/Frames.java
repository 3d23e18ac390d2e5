package io.tenantry.backup.archive;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A stream of unknown length followed by a trailer. The stream is written in frames, each after its
 * length (4 bytes); a frame of length 0 ends it. Then follow the length of the trailer and the
 * trailer.
 */
final class Frames {

  private static final int MAX_FRAME = 1 << 17;

  /** Rejects corrupt lengths; the record of a tenant with 100,000 tables has 10 MiB. */
  private static final int MAX_TRAILER = 256 << 20;

  private Frames() {}

  /** Writes frames. */
  static final class Out extends OutputStream {

    private final DataOutputStream out;
    private final byte[] frame = new byte[MAX_FRAME];
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

    /** Ends the stream and writes the trailer; closes nothing. */
    void finish(byte[] trailer) throws IOException {
      if (filled > 0) {
        writeFrame();
      }
      out.writeInt(0);
      out.writeInt(trailer.length);
      out.write(trailer);
      out.flush();
    }
  }

  /** Reads the stream, and at its end the trailer. */
  static final class In extends InputStream {

    private final DataInputStream in;
    private int remaining;
    private boolean ended;
    private byte[] trailer = {};

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
      if (remaining == 0) {
        remaining = length(MAX_FRAME);
        if (remaining == 0) {
          trailer = readTrailer();
          ended = true;
          return -1;
        }
      }
      int read = in.read(buffer, offset, Math.min(length, remaining));
      if (read < 0) {
        throw new IOException("the stream ends within a frame");
      }
      remaining -= read;
      return read;
    }

    private byte[] readTrailer() throws IOException {
      int length = length(MAX_TRAILER);
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new IOException("the stream ends within its trailer");
      }
      if (in.read() >= 0) {
        throw new IOException("the stream continues after its trailer");
      }
      return bytes;
    }

    private int length(int largest) throws IOException {
      int length = in.readInt();
      if (length < 0 || length > largest) {
        throw new IOException("the stream has an invalid frame length");
      }
      return length;
    }

    /** Reads the stream to its end and returns the trailer. */
    byte[] trailer() throws IOException {
      transferTo(OutputStream.nullOutputStream());
      return trailer;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
