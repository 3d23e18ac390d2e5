package io.tenantry.cli;

import java.io.Serial;
import java.util.Optional;

/** A command cannot be done, for a reason that the user can do something about. */
final class CommandException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  private final ExitCode code;
  private final String advice;

  CommandException(ExitCode code, String message) {
    this(code, message, null);
  }

  CommandException(ExitCode code, String message, String advice) {
    super(message);
    this.code = code;
    this.advice = advice;
  }

  static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  ExitCode code() {
    return code;
  }

  /** What to do about it. */
  Optional<String> advice() {
    return Optional.ofNullable(advice);
  }
}
