package io.tenantry.cli.command;

import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A command failed for a reason that the user can fix. */
public final class CommandException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  private final ExitCode code;
  private final @Nullable String advice;

  public CommandException(ExitCode code, String message) {
    this(code, message, null);
  }

  public CommandException(ExitCode code, String message, @Nullable String advice) {
    super(message);
    this.code = code;
    this.advice = advice;
  }

  public static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  public ExitCode code() {
    return code;
  }

  /** What the user can do about it. */
  public Optional<String> advice() {
    return Optional.ofNullable(advice);
  }
}
