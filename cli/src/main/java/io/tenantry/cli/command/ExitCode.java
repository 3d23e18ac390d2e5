package io.tenantry.cli.command;

/** What tenantctl ends with; documented in docs/tenantctl.md, and kept for good. */
public enum ExitCode {
  /** It is done. */
  OK(0),
  /** It was understood and tried, and failed. */
  FAILURE(1),
  /** The command, or a value in it, is wrong; or a confirmation was needed and not to be had. */
  USAGE(2),
  /** What it is about is not there. */
  NOT_FOUND(3),
  /** The state of things does not permit it: taken, busy, over quota, not ready. */
  CONFLICT(4),
  /** The key is missing or wrong, or permits less. */
  NOT_PERMITTED(5),
  /** A service, or something a service needs, is away; or it did not answer in time. */
  UNREACHABLE(6);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** What a shell sees. */
  public int number() {
    return number;
  }

  /** The code for an HTTP status that is no success. */
  public static ExitCode ofStatus(int status) {
    return switch (status) {
      case 400, 413, 415, 422 -> USAGE;
      case 401, 403 -> NOT_PERMITTED;
      case 404, 410 -> NOT_FOUND;
      case 409 -> CONFLICT;
      case 429, 503, 504 -> UNREACHABLE;
      default -> FAILURE;
    };
  }
}
