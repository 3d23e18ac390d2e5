package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Counting the rows of a dump while it is copied. */
@Tag("B1")
class DumpReaderTest {

  private static DumpReader.Counts counts(DumpBytes dump) throws IOException {
    return counts(dump.bytes());
  }

  private static DumpReader.Counts counts(byte[] dump) throws IOException {
    return counts(new ByteArrayInputStream(dump));
  }

  private static DumpReader.Counts counts(InputStream dump) throws IOException {
    return DumpReader.copy(dump, OutputStream.nullOutputStream(), bytes -> {});
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 13, 14, 15, 16})
  void countsRowsOfEachTableInEveryVersion(int minor) throws IOException {
    byte[] dump =
        DumpBytes.version(minor)
            .table(1, "three", "a\n", "b\n", "c\n")
            .table(2, "empty")
            .table(3, "one", "\\N\t\\N\n")
            .largeObjects(50, 4711, -2)
            .bytes();

    assertThat(counts(dump))
        .isEqualTo(new DumpReader.Counts(dump.length, Map.of(1001L, 3L, 1002L, 0L, 1003L, 1L), 2));
  }

  static Stream<Arguments> dumps() {
    return Stream.of(
        arguments(
            "pg_dump-15",
            Map.of(
                16544L, 5L, 16549L, 1L, 16552L, 2L, 16555L, 0L, 16560L, 1L, 16567L, 3L, 16580L,
                40L)),
        arguments(
            "pg_dump-18",
            Map.of(
                16384L, 5L, 16389L, 1L, 16392L, 2L, 16395L, 0L, 16400L, 1L, 16407L, 3L, 16424L,
                40L)));
  }

  @ParameterizedTest
  @MethodSource("dumps")
  void countsRowsInDumpsOfPgDump(String name, Map<Long, Long> rows) throws IOException {
    try (InputStream dump = DumpReaderTest.class.getResourceAsStream("/dumps/" + name + ".dump")) {
      DumpReader.Counts counts = counts(dump);

      assertThat(counts.rows()).isEqualTo(rows);
      assertThat(counts.largeObjects()).isEqualTo(2);
    }
  }

  @Test
  void copiesDumpUnchangedAndReportsProgress() throws IOException {
    byte[] dump = DumpBytes.version(14).table(1, "one", "a\n").bytes();
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    List<Long> progress = new ArrayList<>();

    DumpReader.copy(new ByteArrayInputStream(dump), copy, progress::add);

    assertThat(copy.toByteArray()).isEqualTo(dump);
    assertThat(progress).endsWith((long) dump.length);
  }

  @Test
  void textOfEndInRowsEndsNothing() throws IOException {
    assertThat(
            counts(
                    DumpBytes.version(15)
                        .table(1, "\\.\n\n\n", "\\\\.\n", "\n", "\\n\\\\.\\n\\n\\n\n", "\\\\.\n"))
                .rows())
        .isEqualTo(Map.of(1001L, 4L));
  }

  @Test
  void tableWithoutColumnsHasEmptyLines() throws IOException {
    assertThat(counts(DumpBytes.version(16).table(1, "bare", "\n", "\n", "\n", "\n")).rows())
        .isEqualTo(Map.of(1001L, 4L));
  }

  @Test
  void configurationTablesOfExtensionsAreNotCounted() throws IOException {
    assertThat(
            counts(DumpBytes.version(15).config(1, "config", "a\n").table(2, "own", "b\n")).rows())
        .isEqualTo(Map.of(1002L, 1L));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 1000})
  void chunksAndReadsMayBeOfAnySize(int size) throws IOException {
    String rows = "0123456789\n".repeat(40) + "\\.\n\n\n";
    List<String> chunks = new ArrayList<>();
    for (int from = 0; from < rows.length(); from += size) {
      chunks.add(rows.substring(from, Math.min(rows.length(), from + size)));
    }
    byte[] dump =
        DumpBytes.version(16)
            .entry(1, false, 1001, "cut", "TABLE", null)
            .entry(101, true, 1001, "cut", "TABLE DATA", "COPY public.cut (a) FROM stdin;\n")
            .data(101, chunks.toArray(String[]::new))
            .bytes();
    InputStream slow =
        new ByteArrayInputStream(dump) {
          @Override
          public synchronized int read(byte[] buffer, int offset, int length) {
            return super.read(buffer, offset, Math.min(length, size));
          }
        };

    assertThat(counts(slow).rows()).isEqualTo(Map.of(1001L, 40L));
  }

  @Test
  void countsRowsOfVeryManyTables() throws IOException {
    int tables = 20_000;
    DumpBytes dump = DumpBytes.version(14);
    for (int i = 0; i < tables; i++) {
      dump.entry(i, false, i, "some", "TABLE", null)
          .entry(tables + i, true, i, "some", "TABLE DATA", "COPY public.some (a) FROM stdin;\n")
          .data(tables + i, "a\n", "\\.\n\n\n");
    }

    assertThat(counts(dump).rows()).hasSize(tables).containsEntry(tables - 1L, 1L);
  }

  @Test
  void truncatedDumpHasNoCounts() {
    byte[] dump =
        DumpBytes.version(16).table(1, "one", "a\n").largeObjects(2, 1).table(3, "last").bytes();
    for (int length = 0; length < dump.length; length++) {
      byte[] start = Arrays.copyOf(dump, length);
      assertThatExceptionOfType(EOFException.class)
          .as("the first %d bytes", length)
          .isThrownBy(() -> counts(start));
    }
  }

  static Stream<DumpBytes> malformed() {
    String copy = "COPY public.some (a) FROM stdin;\n";
    return Stream.of(
        DumpBytes.version(11).table(1, "too old"),
        DumpBytes.version(17).table(1, "too new"),
        DumpBytes.version(14).compressedBy(-1).table(1, "zlib"),
        DumpBytes.version(16).compressedBy(3).table(1, "zstd"),
        // INSERT statements instead of COPY
        DumpBytes.version(16).entry(1, true, 1, "some", "TABLE DATA", null).data(1, "INSERT\n"),
        DumpBytes.version(16).entry(1, true, 1, "some", "TABLE DATA", "COPX ").data(1, "\\.\n\n\n"),
        // without rows, or with those of no table, or twice
        DumpBytes.version(16).entry(1, false, 1, "some", "TABLE DATA", copy),
        DumpBytes.version(16).table(1, "some").data(7, "\\.\n\n\n"),
        DumpBytes.version(16).table(1, "some").data(101, "\\.\n\n\n"),
        DumpBytes.version(16).table(1, "some").config(1, "some"),
        DumpBytes.version(16).entry(1, true, 1, "some", "OTHER DATA", copy).data(1, "\\.\n\n\n"),
        // not the end of COPY's rows
        DumpBytes.version(16).entry(1, true, 1, "some", "TABLE DATA", copy).data(1),
        DumpBytes.version(16).entry(1, true, 1, "some", "TABLE DATA", copy).data(1, "a\n"),
        DumpBytes.version(16).entry(1, true, 1, "some", "TABLE DATA", copy).data(1, "a\\.\n\n\n"),
        DumpBytes.version(16).entry(1, true, 1, "some", "TABLE DATA", copy).data(1, "\\.\n\n\n\n"),
        DumpBytes.version(16)
            .entry(1, true, 0, "some", "TABLE DATA", copy)
            .raw(1, 0, 1, 0, 0, 0)
            .raw(1, 5, 0, 0, 0),
        DumpBytes.version(16).table(1, "some").raw(2, 0, 1, 0, 0, 0),
        DumpBytes.version(16).table(1, "some").raw(1, 9, 1, 0, 0, 0));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void malformedDumpHasNoCounts(DumpBytes malformed) {
    assertThatExceptionOfType(DumpReader.Malformed.class).isThrownBy(() -> counts(malformed));
  }

  @Test
  void otherFilesAreNoDumps() {
    assertThatExceptionOfType(DumpReader.Malformed.class)
        .isThrownBy(() -> counts("-- PostgreSQL".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void hugeLengthsTakeNoMemory() {
    byte[] dump = DumpBytes.version(16).table(1, "some").raw(1, 0, 101, 0, 0, 0).bytes();
    // 2 GiB of a description of the database, of which there is nothing
    dump[12 + 7 * 5] = 0;
    Arrays.fill(dump, 13 + 7 * 5, 16 + 7 * 5, (byte) 0xff);
    dump[16 + 7 * 5] = 0x7f;

    assertThatExceptionOfType(EOFException.class).isThrownBy(() -> counts(dump));
  }

  @Test
  void findsEachLineFeedAmongRandomBytes() {
    Random random = new Random(21);
    byte[] bytes = new byte[4096];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(3) == 0 ? '\n' : random.nextInt());
    }
    for (int from = 0; from < 20; from++) {
      int to = bytes.length - random.nextInt(40);
      long found = 0;
      for (int i = from; i < to; i++) {
        found += bytes[i] == '\n' ? 1 : 0;
      }
      assertThat(DumpReader.lineFeeds(bytes, from, to)).isEqualTo(found);
    }
  }
}
