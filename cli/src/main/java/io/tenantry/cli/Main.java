package io.tenantry.cli;

import io.quarkus.runtime.annotations.QuarkusMain;
import io.tenantry.cli.output.Terminal;

/**
 * The main class. Quarkus only packages it, for the JVM and natively, and is not used at run time,
 * so that it starts fast.
 */
@QuarkusMain
public final class Main {

  Main() {}

  public static void main(String[] args) {
    System.exit(Cli.run(Terminal.system(), args));
  }
}
