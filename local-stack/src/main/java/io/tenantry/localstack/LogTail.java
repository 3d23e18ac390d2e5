package io.tenantry.localstack;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The part of a log file that was written after a given time. */
public final class LogTail {
  private static final int MAX_BYTES = 256 * 1024;

  private final Path file;
  private final long start;

  private LogTail(Path file, long start) {
    this.file = file;
    this.start = start;
  }

  /** Starts at the current end of the file. */
  static LogTail from(Path file) {
    try {
      return new LogTail(file, Files.exists(file) ? Files.size(file) : 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns up to {@code count} last lines, oldest first. */
  public List<String> lastLines(int count) {
    List<String> lines = text().lines().toList();
    return lines.subList(Math.max(0, lines.size() - count), lines.size());
  }

  /** Whether the last 256 KiB contain the text. */
  boolean contains(String words) {
    return text().contains(words);
  }

  private String text() {
    if (!Files.exists(file)) {
      return "";
    }
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(start, access.length() - MAX_BYTES);
      access.seek(Math.min(from, access.length()));
      byte[] bytes = new byte[(int) Math.max(0, access.length() - from)];
      access.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
