package io.tenantry.cli.output;

import java.time.Duration;
import java.util.Locale;

/** Shows progress on standard error: a bar on a terminal, otherwise a line for each phase. */
public final class Progress implements AutoCloseable {

  private static final int WIDTH = 24;
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();

  private final Terminal terminal;
  private final String what;
  private final long started = System.nanoTime();
  private long drawn;
  private int length;
  private String phase = "";

  public Progress(Terminal terminal, String what) {
    this.terminal = terminal;
    this.what = what;
  }

  /**
   * Updates the progress.
   *
   * @param now the current phase; may be empty
   * @param total 0 if unknown
   * @param unit what is counted, {@code bytes} for bytes
   */
  public void update(String now, long done, long total, String unit) {
    boolean changed = !now.equals(phase);
    phase = now;
    if (!terminal.attached().err()) {
      if (changed) {
        terminal.say(what + ": " + now);
      }
      return;
    }
    if (!changed && System.nanoTime() - drawn < REDRAW_NANOS) {
      return;
    }
    drawn = System.nanoTime();
    draw(line(done, total, unit));
  }

  private String line(long done, long total, String unit) {
    StringBuilder line = new StringBuilder(what);
    if (total > 0) {
      int filled = (int) Math.min(WIDTH, done * WIDTH / total);
      line.append(" [")
          .append("#".repeat(filled))
          .append("-".repeat(WIDTH - filled))
          .append("] ")
          .append(Math.min(100, done * 100 / total))
          .append('%');
    }
    if (!phase.isEmpty()) {
      line.append(' ').append(phase);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    if (done > 0 && seconds > 0) {
      double rate = done / seconds;
      line.append(' ').append(amount(done, unit)).append(", ").append(rate(rate, unit));
      if (total > done) {
        line.append(", ").append(duration((total - done) / rate)).append(" left");
      }
    } else {
      line.append(' ').append(duration(seconds));
    }
    return line.toString();
  }

  private static String amount(long number, String unit) {
    return unit.equals("bytes") ? Values.bytes(number) : number + " " + unit;
  }

  private static String rate(double rate, String unit) {
    return unit.equals("bytes")
        ? Values.bytes((long) rate) + "/s"
        : String.format(Locale.ROOT, "%.1f/s", rate);
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60 ? whole + " s" : whole / 60 + " min " + whole % 60 + " s";
  }

  private void draw(String line) {
    terminal.err().print("\r" + line + " ".repeat(Math.max(0, length - line.length())));
    terminal.err().flush();
    length = line.length();
  }

  /** Removes the bar. */
  @Override
  public void close() {
    if (length > 0) {
      terminal.err().print("\r" + " ".repeat(length) + "\r");
      terminal.err().flush();
      length = 0;
    }
  }
}
