package io.tenantry.cli;

import io.quarkus.runtime.annotations.QuarkusMain;
import io.tenantry.cli.output.Terminal;

/**
 * The program. Quarkus packages it, for the JVM and natively; nothing of Quarkus runs in it, so
 * that it starts at once.
 */
@QuarkusMain
public final class Main {

  Main() {}

  public static void main(String[] args) {
    System.exit(Cli.run(Terminal.system(), args));
  }
}
