package io.tenantry.localstack.up;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Prints progress: one line per completed step, with its duration. In a terminal, a line also shows
 * the step in progress.
 */
final class Progress {
  /** The kind of output. */
  enum Output {
    TERMINAL,
    /** A file or a pipe, where no line can be overwritten. */
    PLAIN
  }

  private static final String REWIND = "\r\u001b[K";

  private final PrintStream out;
  private final Output output;
  private final long start = System.nanoTime();
  private String currentStep = "";

  Progress(PrintStream out, Output output) {
    this.out = out;
    this.output = output;
  }

  /** The result of a step, and its description. */
  record Done<T>(T result, String description) {}

  /** Runs a step and prints its result; exceptions are passed to the caller. */
  <T> T step(String name, Supplier<Done<T>> work) {
    long start = System.nanoTime();
    showStarting(name);
    Done<T> done = work.get();
    printDone(name, done.description(), since(start));
    return done.result();
  }

  /** Shows a step as in progress until it is done, or until the next call. */
  synchronized void showStarting(String name) {
    clear();
    currentStep = name;
    showCurrentStep();
  }

  /** Prints that a step is done. */
  synchronized void printDone(String name, String description, Duration took) {
    clear();
    if (currentStep.equals(name)) {
      currentStep = "";
    }
    out.printf(Locale.ROOT, "  %-18s %-50s %6s%n", name, description, seconds(took));
    showCurrentStep();
  }

  /** Prints text between the steps. */
  synchronized void print(String text) {
    clear();
    currentStep = "";
    out.println(text);
    out.flush();
  }

  /** Clears the line of a step that will not be completed. */
  synchronized void interrupt() {
    clear();
    currentStep = "";
    out.flush();
  }

  /** The time since the start, as text. */
  String total() {
    return seconds(elapsed());
  }

  Duration elapsed() {
    return since(start);
  }

  static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  private static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
  }

  private void clear() {
    if (output == Output.TERMINAL && !currentStep.isEmpty()) {
      out.print(REWIND);
    }
  }

  private void showCurrentStep() {
    if (output == Output.TERMINAL && !currentStep.isEmpty()) {
      out.print("  " + currentStep + " …");
    }
    out.flush();
  }
}
