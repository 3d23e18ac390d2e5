package io.tenantry.backup.postgres;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds dumps in pg_dump's custom format, entry by entry and block by block. */
final class DumpBytes {

  static final int NO_COMPRESSION = 0;

  private final int minor;
  private final ByteArrayOutputStream blocks = new ByteArrayOutputStream();
  private final List<byte[]> entries = new ArrayList<>();
  private int compression = NO_COMPRESSION;

  private DumpBytes(int minor) {
    this.minor = minor;
  }

  /** A dump of this minor version of the format. */
  static DumpBytes version(int minor) {
    return new DumpBytes(minor);
  }

  DumpBytes compressedBy(int algorithm) {
    compression = algorithm;
    return this;
  }

  /** Defines a table and dumps its rows, one chunk for each, as pg_dump before version 18 does. */
  DumpBytes table(int id, String name, String... rows) {
    entry(id, false, 1000 + id, name, "TABLE", null);
    return config(id, name, rows);
  }

  /** Dumps the rows of a table without its definition: a configuration table of an extension. */
  DumpBytes config(int id, String name, String... rows) {
    entry(100 + id, true, 1000 + id, name, "TABLE DATA", "COPY public.some (a) FROM stdin;\n");
    List<String> chunks = new ArrayList<>(List.of(rows));
    chunks.add("\\.\n\n\n");
    return data(100 + id, chunks.toArray(String[]::new));
  }

  /** Adds an entry to the table of contents. */
  DumpBytes entry(
      int id, boolean hasData, long oid, String name, String kind, @Nullable String copy) {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    number(entry, id);
    number(entry, hasData ? 1 : 0);
    string(entry, "1259");
    string(entry, Long.toString(oid));
    string(entry, name);
    string(entry, kind);
    number(entry, 3);
    string(entry, hasData ? "" : "CREATE TABLE public.some (\n    a text\n);\n");
    string(entry, "");
    string(entry, copy);
    string(entry, "public");
    string(entry, null);
    if (minor >= 14) {
      string(entry, "heap");
    }
    if (minor >= 16) {
      number(entry, 'r');
    }
    string(entry, "owner");
    string(entry, "false");
    string(entry, "12");
    string(entry, "7");
    string(entry, null);
    entry.write(hasData ? 1 : 3);
    entry.writeBytes(new byte[8]);
    entries.add(entry.toByteArray());
    return this;
  }

  /** Adds a block of rows. */
  DumpBytes data(int id, String... chunks) {
    blocks.write(1);
    number(blocks, id);
    chunks(chunks);
    return this;
  }

  /** Adds large objects, each with one chunk. */
  DumpBytes largeObjects(int id, int... oids) {
    entry(id, true, 0, "BLOBS", "BLOBS", null);
    blocks.write(3);
    number(blocks, id);
    for (int oid : oids) {
      number(blocks, oid);
      chunks("\n\\.\n\n\n");
    }
    number(blocks, 0);
    return this;
  }

  /** Adds anything after the blocks so far. */
  DumpBytes raw(int... values) {
    for (int value : values) {
      blocks.write(value);
    }
    return this;
  }

  private void chunks(String... chunks) {
    for (String chunk : chunks) {
      string(blocks, chunk);
    }
    number(blocks, 0);
  }

  byte[] bytes() {
    ByteArrayOutputStream dump = new ByteArrayOutputStream();
    dump.writeBytes("PGDMP".getBytes(StandardCharsets.US_ASCII));
    dump.writeBytes(new byte[] {1, (byte) minor, 0, 4, 8, 1});
    if (minor >= 15) {
      dump.write(compression);
    } else {
      number(dump, compression);
    }
    for (int time : new int[] {59, 30, 12, 30, 10, 126, -1}) {
      number(dump, time);
    }
    string(dump, "database");
    string(dump, "15.18");
    string(dump, "15.18");
    number(dump, entries.size());
    entries.forEach(dump::writeBytes);
    dump.writeBytes(blocks.toByteArray());
    return dump.toByteArray();
  }

  private static void string(ByteArrayOutputStream to, @Nullable String text) {
    if (text == null) {
      number(to, -1);
    } else {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      number(to, encoded.length);
      to.writeBytes(encoded);
    }
  }

  private static void number(ByteArrayOutputStream to, int number) {
    to.write(number < 0 ? 1 : 0);
    int left = Math.abs(number);
    for (int i = 0; i < 4; i++) {
      to.write(left);
      left >>>= 8;
    }
  }
}
