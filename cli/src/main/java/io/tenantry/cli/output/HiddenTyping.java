package io.tenantry.cli.output;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/** Disables the echo of the terminal until it is closed. */
final class HiddenTyping implements AutoCloseable {

  /** Restores the echo after Ctrl-C. */
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
      // The process is already exiting, and the hook runs.
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
      // There is no stty, and no other way to disable the echo.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
