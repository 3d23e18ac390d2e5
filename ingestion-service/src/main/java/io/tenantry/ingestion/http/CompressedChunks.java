package io.tenantry.ingestion.http;

import io.vertx.core.buffer.Buffer;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/** An input stream over the chunks of a compressed body; chunks are released once they are read. */
public final class CompressedChunks extends InputStream {

  private final Deque<Buffer> chunks = new ArrayDeque<>();
  private int position;
  private long remaining;

  void add(Buffer chunk) {
    if (chunk.length() > 0) {
      chunks.add(chunk);
      remaining += chunk.length();
    }
  }

  /** The number of bytes that are not read yet. */
  long remaining() {
    return remaining;
  }

  @Override
  public int available() {
    return (int) Math.min(remaining, Integer.MAX_VALUE);
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) {
    Buffer chunk = chunks.peekFirst();
    if (chunk == null) {
      return -1;
    }
    int count = Math.min(length, chunk.length() - position);
    chunk.getBytes(position, position + count, into, from);
    position += count;
    remaining -= count;
    if (position == chunk.length()) {
      chunks.removeFirst();
      position = 0;
    }
    return count;
  }
}
