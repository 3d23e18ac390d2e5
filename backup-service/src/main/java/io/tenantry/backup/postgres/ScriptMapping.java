package io.tenantry.backup.postgres;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a script of pg_restore under other names: those of the tenant it goes to. Names of
 * tenants' databases, schemas and roles hold the tenant's id, so they can be told from any other
 * text; data is passed as it is.
 */
final class ScriptMapping {

  private static final byte[] COPY = "COPY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FROM_STDIN = " FROM stdin;".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\\.".getBytes(StandardCharsets.US_ASCII);

  private final Map<String, String> names;

  /**
   * @param names the new name for each old one
   */
  ScriptMapping(Map<String, String> names) {
    Map<String, String> changed = new TreeMap<>(names);
    changed.entrySet().removeIf(name -> name.getKey().equals(name.getValue()));
    this.names = changed;
  }

  /** Writes the whole script, not closing anything. */
  void write(InputStream script, OutputStream out) throws IOException {
    BufferedInputStream in = new BufferedInputStream(script, 1 << 17);
    byte[] buffer = new byte[1 << 17];
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    boolean data = false;
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      int from = 0;
      for (int i = 0; i < read; i++) {
        if (buffer[i] == '\n') {
          line.write(buffer, from, i + 1 - from);
          from = i + 1;
          data = writeLine(line.toByteArray(), data, out);
          line.reset();
        }
      }
      line.write(buffer, from, read - from);
    }
    writeLine(line.toByteArray(), data, out);
  }

  /** Returns whether data follows. */
  private boolean writeLine(byte[] line, boolean data, OutputStream out) throws IOException {
    if (data || names.isEmpty()) {
      out.write(line);
      return data ? !isEnd(line) : begins(line);
    }
    String text = new String(line, StandardCharsets.UTF_8);
    for (Map.Entry<String, String> name : names.entrySet()) {
      text = text.replace(name.getKey(), name.getValue());
    }
    out.write(text.getBytes(StandardCharsets.UTF_8));
    return begins(line);
  }

  private static boolean begins(byte[] line) {
    int end = line.length - 1;
    return end > COPY.length + FROM_STDIN.length
        && equal(line, 0, COPY)
        && equal(line, end - FROM_STDIN.length, FROM_STDIN);
  }

  private static boolean isEnd(byte[] line) {
    return line.length == END.length + 1 && equal(line, 0, END);
  }

  private static boolean equal(byte[] line, int from, byte[] text) {
    for (int i = 0; i < text.length; i++) {
      if (line[from + i] != text[i]) {
        return false;
      }
    }
    return true;
  }
}
