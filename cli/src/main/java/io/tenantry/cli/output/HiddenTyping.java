package io.tenantry.cli.output;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/** Until this is closed, what is typed on the terminal of standard input is not shown there. */
final class HiddenTyping implements AutoCloseable {

  /** Who presses Ctrl-C wants to see again what is typed. */
  private final Thread restore = new Thread(() -> stty("echo"));

  HiddenTyping() {
    Runtime.getRuntime().addShutdownHook(restore);
    stty("-echo");
  }

  @Override
  public void close() {
    stty("echo");
    try {
      Runtime.getRuntime().removeShutdownHook(restore);
    } catch (IllegalStateException e) {
      // The process ends already, and the hook runs.
    }
  }

  private static void stty(String mode) {
    try {
      new ProcessBuilder("stty", mode)
          .redirectInput(Redirect.INHERIT)
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      // No such program, and nothing else that could hide it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
