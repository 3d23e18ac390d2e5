package io.tenantry.localstack;

/** Which port a server listens on. */
public sealed interface PortChoice {

  /** Any free one. */
  record Any() implements PortChoice {}

  /**
   * A given one.
   *
   * @param port 1 to 65535
   * @param option how users set it, named when the port is taken
   */
  record Given(int port, String option) implements PortChoice {
    public Given {
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException(
            "a port is 1 to 65535, not " + port + " (" + option + ")");
      }
    }
  }

  /**
   * The port's number.
   *
   * @param server who will listen on it, for the message
   * @throws LocalStackException when a given port is taken
   */
  default int resolve(String server) {
    return switch (this) {
      case Any() -> Ports.free(1).getFirst();
      case Given(int port, String option) -> {
        if (!Ports.isFree(port)) {
          String owner = PortOwner.of(port).map(who -> " by " + who).orElse("");
          throw new LocalStackException(
              "port %d for %s is taken%s; choose another with %s"
                  .formatted(port, server, owner, option));
        }
        yield port;
      }
    };
  }
}
