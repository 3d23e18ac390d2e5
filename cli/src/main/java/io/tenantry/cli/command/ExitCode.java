package io.tenantry.cli.command;

/** The exit codes of tenantctl; documented in docs/tenantctl.md, and stable. */
public enum ExitCode {
  /** Success. */
  OK(0),
  /** The operation failed. */
  FAILURE(1),
  /** Invalid usage or input, or a confirmation was needed and there was no terminal. */
  USAGE(2),
  /** The object does not exist. */
  NOT_FOUND(3),
  /** The current state does not permit it: name in use, busy, over quota, not ready. */
  CONFLICT(4),
  /** The key is missing, invalid, or does not permit the operation. */
  NOT_PERMITTED(5),
  /** A service, or a system it needs, is unavailable or did not respond in time. */
  UNREACHABLE(6);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The exit status. */
  public int number() {
    return number;
  }

  /** The exit code for the HTTP status of an error. */
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
