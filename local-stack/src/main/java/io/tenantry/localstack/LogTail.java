package io.tenantry.localstack;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The part of a log file that was written after a given moment. */
public final class LogTail {
  private static final int MAX_BYTES = 256 * 1024;

  private final Path file;
  private final long begin;

  private LogTail(Path file, long begin) {
    this.file = file;
    this.begin = begin;
  }

  /** What will be written to the file from now on. */
  static LogTail from(Path file) {
    try {
      return new LogTail(file, Files.exists(file) ? Files.size(file) : 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last lines, at most as many as given, oldest first. */
  public List<String> lastLines(int count) {
    List<String> lines = text().lines().toList();
    return lines.subList(Math.max(0, lines.size() - count), lines.size());
  }

  /** Whether the words occur in the newest 256 KiB. */
  boolean contains(String words) {
    return text().contains(words);
  }

  private String text() {
    if (!Files.exists(file)) {
      return "";
    }
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(begin, access.length() - MAX_BYTES);
      access.seek(Math.min(from, access.length()));
      byte[] bytes = new byte[(int) Math.max(0, access.length() - from)];
      access.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
