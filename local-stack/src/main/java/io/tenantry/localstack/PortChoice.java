package io.tenantry.localstack;

/** The choice of a server's port. */
public sealed interface PortChoice {

  /** Any free port. */
  record Any() implements PortChoice {}

  /**
   * A given port.
   *
   * @param port 1 to 65535
   * @param option how users set the port, for error messages
   */
  record Given(int port, String option) implements PortChoice {
    public Given {
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException(
            "a port must be 1 to 65535, not " + port + " (" + option + ")");
      }
    }
  }

  /**
   * Returns the port's number.
   *
   * @param server the name of the server, for error messages
   * @throws LocalStackException if a given port is in use
   */
  default int resolve(String server) {
    return switch (this) {
      case Any() -> Ports.free(1).getFirst();
      case Given(int port, String option) -> {
        if (!Ports.isFree(port)) {
          String owner = PortOwner.of(port).map(who -> " by " + who).orElse("");
          throw new LocalStackException(
              "port %d for %s is in use%s; choose another port with %s"
                  .formatted(port, server, owner, option));
        }
        yield port;
      }
    };
  }
}
