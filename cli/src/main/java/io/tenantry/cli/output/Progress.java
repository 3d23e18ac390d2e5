package io.tenantry.cli.output;

import java.time.Duration;
import java.util.Locale;

/**
 * How far long work is, on standard error: a bar that is drawn again and again on a terminal, a
 * line for each new phase elsewhere.
 */
public final class Progress implements AutoCloseable {

  private static final int WIDTH = 24;
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();

  private final Terminal terminal;
  private final String what;
  private final long began = System.nanoTime();
  private long drawn;
  private int length;
  private String phase = "";

  public Progress(Terminal terminal, String what) {
    this.terminal = terminal;
    this.what = what;
  }

  /**
   * Shows how far it is.
   *
   * @param now the phase it is in; empty for none
   * @param total 0 where it is not known
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
    double seconds = (System.nanoTime() - began) / 1e9;
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

  /** Takes the bar away, so that what follows stands alone. */
  @Override
  public void close() {
    if (length > 0) {
      terminal.err().print("\r" + " ".repeat(length) + "\r");
      terminal.err().flush();
      length = 0;
    }
  }
}
