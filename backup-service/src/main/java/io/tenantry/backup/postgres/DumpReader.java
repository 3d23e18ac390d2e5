package io.tenantry.backup.postgres;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Copies a dump in pg_dump's custom format, and counts the rows of its tables and its large objects
 * while they pass.
 *
 * <p>The format, of pg_dump's {@code pg_backup_archiver.c} and {@code pg_backup_custom.c}: a
 * header; a table of contents, whose entries have an id and the OID of their object; then a block
 * for each entry that has data, in chunks after their lengths. A table's data are the lines of
 * COPY, then {@code \.} and two empty lines. COPY writes a line feed in a value as {@code \n}, so
 * each line feed ends a row, whatever a tenant's rows contain. The data must not be compressed.
 *
 * <p>Nothing of a tenant is kept but the OIDs of its tables. A dump that differs from this in
 * anything is an error: a wrong count must not be recorded.
 */
final class DumpReader {

  /** The versions of the format that pg_dump 9.0 to 18 write: only the minor one differs. */
  private static final int MAJOR = 1;

  private static final int OLDEST_MINOR = 12;
  private static final int NEWEST_MINOR = 16;

  private static final int WITH_ACCESS_METHOD = 14;
  private static final int WITH_COMPRESSION_ALGORITHM = 15;
  private static final int WITH_RELATION_KIND = 16;

  private static final byte[] MAGIC = "PGDMP".getBytes(StandardCharsets.US_ASCII);
  private static final int CUSTOM_FORMAT = 1;
  private static final int INT_BYTES = 4;
  private static final int MAX_OFFSET_BYTES = 8;

  private static final int DATA_BLOCK = 1;
  private static final int LARGE_OBJECTS_BLOCK = 3;

  /** Longer descriptions and OIDs are none of those that matter. */
  private static final int MAX_WORD = 32;

  private static final byte[] COPY = "COPY ".getBytes(StandardCharsets.US_ASCII);

  /** How a table's data end: three line feeds that end no row. */
  private static final int LINES_AT_END = 3;

  /** The end, and the line feed before it, as the last six bytes of a number. */
  private static final long END = 0x0A_5C_2E_0A_0A_0AL;

  private static final long END_MASK = 0xFFFF_FFFF_FFFFL;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final long LINE_FEEDS = 0x0A0A_0A0A_0A0A_0A0AL;
  private static final long LOW_BITS = 0x7F7F_7F7F_7F7F_7F7FL;

  private final InputStream dump;
  private final OutputStream to;
  private final LongConsumer progress;

  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int end;
  private long bytes;

  /** The OIDs of defined tables; an extension's own tables are not defined by a dump. */
  private final Set<Long> defined = new HashSet<>();

  /** The OIDs of the tables whose data are to follow, by the entry's id. */
  private final Map<Integer, Long> pendingTables = new HashMap<>();

  private final Set<Integer> pendingLargeObjects = new HashSet<>();

  private final Map<Long, Long> rows = new HashMap<>();
  private long largeObjects;

  private DumpReader(InputStream dump, OutputStream to, LongConsumer progress) {
    this.dump = dump;
    this.to = to;
    this.progress = progress;
  }

  /**
   * What a dump contains.
   *
   * @param bytes its size
   * @param rows the number of rows of each table by the table's OID, without the configuration
   *     tables of extensions
   */
  record Counts(long bytes, Map<Long, Long> rows, long largeObjects) {}

  /** The dump has another format. */
  static final class Malformed extends IOException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    Malformed(String reason) {
      super(reason);
      this.reason = reason;
    }

    /** The end of a sentence. */
    String reason() {
      return reason;
    }
  }

  /**
   * Copies a dump to its end; closes nothing.
   *
   * @param progress receives the number of bytes copied
   * @throws Malformed if the dump cannot be read; it was copied in part
   * @throws EOFException if it is truncated
   */
  static Counts copy(InputStream dump, OutputStream to, LongConsumer progress) throws IOException {
    return new DumpReader(dump, to, progress).copy();
  }

  private Counts copy() throws IOException {
    int minor = readHeader();
    int entries = readInt();
    for (int i = 0; i < entries; i++) {
      readEntry(minor);
    }
    while (next < end || fill()) {
      readBlock();
    }
    if (!pendingTables.isEmpty() || !pendingLargeObjects.isEmpty()) {
      throw new EOFException();
    }
    rows.keySet().retainAll(defined);
    return new Counts(bytes, Map.copyOf(rows), largeObjects);
  }

  /** Returns the minor version. */
  private int readHeader() throws IOException {
    for (byte expected : MAGIC) {
      require(readByte() == expected, "it is not a dump in pg_dump's custom format");
    }
    int major = readByte();
    int minor = readByte();
    readByte();
    require(
        major == MAJOR && minor >= OLDEST_MINOR && minor <= NEWEST_MINOR,
        "its format has the version %d.%d, and only %d.%d to %d.%d are known; set PG_BIN_DIRECTORY to the programs of PostgreSQL 18 or older"
            .formatted(major, minor, MAJOR, OLDEST_MINOR, MAJOR, NEWEST_MINOR));
    require(readByte() == INT_BYTES, "its numbers do not have 4 bytes");
    int offsetBytes = readByte();
    require(offsetBytes == MAX_OFFSET_BYTES, "its offsets do not have 8 bytes");
    require(readByte() == CUSTOM_FORMAT, "it is not a dump in pg_dump's custom format");
    int compression = minor >= WITH_COMPRESSION_ALGORITHM ? readByte() : readInt();
    require(compression == 0, "its data are compressed");
    // The time: seconds, minutes, hours, day, month, year, daylight saving.
    for (int i = 0; i < 7; i++) {
      readInt();
    }
    // The database, and the versions of the server and of pg_dump.
    for (int i = 0; i < 3; i++) {
      skipString();
    }
    return minor;
  }

  private void readEntry(int minor) throws IOException {
    int id = readInt();
    boolean hasData = readInt() != 0;
    skipString(); // the catalog
    String oid = readWord();
    skipString(); // the object's name
    String kind = readWord();
    readInt(); // the section
    skipString(); // the statement that creates it
    skipString(); // the statement that drops it
    boolean copied = isCopy();
    skipString(); // the schema
    skipString(); // the tablespace
    if (minor >= WITH_ACCESS_METHOD) {
      skipString();
    }
    if (minor >= WITH_RELATION_KIND) {
      readInt();
    }
    skipString(); // the owner
    skipString(); // whether it has OIDs
    while (skipString()) {
      // the entries that it depends on
    }
    readByte(); // the state of the offset, which is not known in a pipe
    skip(MAX_OFFSET_BYTES);
    switch (kind) {
      case "TABLE" -> defined.add(oid(oid));
      case "TABLE DATA" -> {
        require(hasData && copied, "it has a table whose rows are not in COPY's format");
        require(
            pendingTables.put(id, oid(oid)) == null, "its table of contents names a table twice");
      }
      case "BLOBS" -> {
        require(hasData && pendingLargeObjects.add(id), "its large objects cannot be read");
      }
      default -> require(!hasData, "it has data of an unknown kind");
    }
  }

  private boolean isCopy() throws IOException {
    int length = readInt();
    boolean copied = length >= COPY.length;
    int read = 0;
    for (; copied && read < COPY.length; read++) {
      copied = readByte() == COPY[read];
    }
    skip(Math.max(length, 0) - read);
    return copied;
  }

  private static long oid(String text) throws Malformed {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new Malformed("it has a table without an OID");
    }
  }

  private void readBlock() throws IOException {
    int kind = readByte();
    int id = readInt();
    if (kind == DATA_BLOCK) {
      Long table = pendingTables.remove(id);
      require(table != null, "it has rows of an unknown table");
      require(rows.put(table, countRows()) == null, "it has the rows of a table twice");
    } else {
      require(
          kind == LARGE_OBJECTS_BLOCK && pendingLargeObjects.remove(id),
          "it has data of an unknown kind");
      while (readInt() != 0) {
        skipChunks();
        largeObjects++;
      }
    }
  }

  private void skipChunks() throws IOException {
    for (int length = readInt(); length != 0; length = readInt()) {
      require(length > 0, "it has a chunk without a length");
      skip(length);
    }
  }

  private long countRows() throws IOException {
    long lines = 0;
    long last = '\n';
    for (int length = readInt(); length != 0; length = readInt()) {
      require(length > 0, "it has a chunk without a length");
      while (length > 0) {
        int part = available(length);
        lines += lineFeeds(buffer, next, next + part);
        last = last(last, buffer, next, next + part);
        next += part;
        length -= part;
      }
    }
    require((last & END_MASK) == END, "the rows of a table do not end as COPY's do");
    return lines - LINES_AT_END;
  }

  /**
   * Counts eight bytes at a time: a byte is zero if neither its low bits nor its high one are set.
   */
  static long lineFeeds(byte[] bytes, int from, int to) {
    long found = 0;
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long different = (long) LONGS.get(bytes, i) ^ LINE_FEEDS;
      found += Long.bitCount(~(((different & LOW_BITS) + LOW_BITS) | different | LOW_BITS));
    }
    for (; i < to; i++) {
      if (bytes[i] == '\n') {
        found++;
      }
    }
    return found;
  }

  /** The last eight bytes of what came before and these. */
  private static long last(long before, byte[] bytes, int from, int to) {
    if (to - from >= Long.BYTES) {
      return (long) LONGS.get(bytes, to - Long.BYTES);
    }
    long last = before;
    for (int i = from; i < to; i++) {
      last = last << Byte.SIZE | (bytes[i] & 0xff);
    }
    return last;
  }

  private static void require(boolean condition, String otherwise) throws Malformed {
    if (!condition) {
      throw new Malformed(otherwise);
    }
  }

  /** A sign, then the number, lowest byte first. */
  private int readInt() throws IOException {
    int sign = readByte();
    int number = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      number |= readByte() << shift;
    }
    require(sign <= 1, "it has a number without a sign");
    return sign == 0 ? number : -number;
  }

  /** Reads a short string; a longer one, or none, is read as an empty one. */
  private String readWord() throws IOException {
    int length = readInt();
    if (length > MAX_WORD) {
      skip(length);
      return "";
    }
    byte[] word = new byte[Math.max(length, 0)];
    for (int i = 0; i < word.length; i++) {
      word[i] = (byte) readByte();
    }
    return new String(word, StandardCharsets.US_ASCII);
  }

  /** Returns false if there is none, which is not the same as an empty one. */
  private boolean skipString() throws IOException {
    int length = readInt();
    skip(Math.max(length, 0));
    return length >= 0;
  }

  private void skip(int length) throws IOException {
    for (int left = length; left > 0; ) {
      int part = available(left);
      next += part;
      left -= part;
    }
  }

  private int readByte() throws IOException {
    available(1);
    return buffer[next++] & 0xff;
  }

  /** Returns how many of the wanted bytes are in the buffer, at least one. */
  private int available(int wanted) throws IOException {
    if (next == end && !fill()) {
      throw new EOFException();
    }
    return Math.min(wanted, end - next);
  }

  /** Reads and copies what follows; returns false at the end of the dump. */
  private boolean fill() throws IOException {
    int read = dump.read(buffer);
    if (read < 0) {
      return false;
    }
    to.write(buffer, 0, read);
    bytes += read;
    progress.accept(bytes);
    next = 0;
    end = read;
    return true;
  }
}
