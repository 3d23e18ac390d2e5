package io.tenantry.localstack.up;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Tells what is going on: one line per thing, with the time it took. In a terminal a line also says
 * what is under way; elsewhere there are only the lines of what is done.
 */
final class Progress {
  /** What is written to. */
  enum Output {
    TERMINAL,
    /** A file or a pipe, where nothing can be taken back. */
    PLAIN
  }

  private static final String REWIND = "\r\u001b[K";

  private final PrintStream out;
  private final Output output;
  private final long begin = System.nanoTime();
  private String underWay = "";

  Progress(PrintStream out, Output output) {
    this.out = out;
    this.output = output;
  }

  /** What a step came to, and how to say it. */
  record Done<T>(T result, String words) {}

  /** Runs a step and tells its outcome. What it throws goes on to the caller. */
  <T> T step(String name, Supplier<Done<T>> work) {
    long start = System.nanoTime();
    starting(name);
    Done<T> done = work.get();
    done(name, done.words(), since(start));
    return done.result();
  }

  /** Says what is under way until the next call, or until it is done. */
  synchronized void starting(String name) {
    clear();
    underWay = name;
    showUnderWay();
  }

  /** Says what is done. */
  synchronized void done(String name, String words, Duration took) {
    clear();
    if (underWay.equals(name)) {
      underWay = "";
    }
    out.printf(Locale.ROOT, "  %-18s %-50s %6s%n", name, words, seconds(took));
    showUnderWay();
  }

  /** Text between the steps. */
  synchronized void say(String text) {
    clear();
    underWay = "";
    out.println(text);
    out.flush();
  }

  /** Ends the line of what was under way and will not be done. */
  synchronized void interrupt() {
    clear();
    underWay = "";
    out.flush();
  }

  /** The time since the beginning. */
  String total() {
    return seconds(elapsed());
  }

  Duration elapsed() {
    return since(begin);
  }

  static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  private static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
  }

  private void clear() {
    if (output == Output.TERMINAL && !underWay.isEmpty()) {
      out.print(REWIND);
    }
  }

  private void showUnderWay() {
    if (output == Output.TERMINAL && !underWay.isEmpty()) {
      out.print("  " + underWay + " …");
    }
    out.flush();
  }
}
