package io.tenantry.backup.postgres;

import io.tenantry.kernel.db.SqlError;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Describes why a program of PostgreSQL or a statement failed, in a form that may be stored and
 * returned to callers.
 *
 * <p>The output of PostgreSQL and its programs may contain rows of the tenant (details, contexts of
 * COPY, values in messages), text that the tenant's code raised, statements, and login data. So
 * messages are used only from error classes that name objects and no values; of all others, only
 * the SQLSTATE is used.
 */
final class ProgramErrors {

  private static final int MAX_ERRORS = 3;
  private static final int MAX_LENGTH = 600;

  /** psql prints them with {@code VERBOSITY=verbose}. */
  private static final Pattern OF_SERVER =
      Pattern.compile("(?:psql:\\S+ )?(?:ERROR|FATAL|PANIC): {1,2}([0-9A-Z]{5}): (.*)");

  private static final Pattern OF_PROGRAM =
      Pattern.compile(
          "(?:pg_dump|pg_restore|psql)(?::\\S+)?: (?:error|fatal|detail: Error message from server): (.*)");

  private static final Pattern LOCATION = Pattern.compile("LOCATION: {2}(\\w+), .*");

  /** Locations in a tenant's code, without its data. */
  private static final List<Pattern> CONTEXTS =
      List.of(
          Pattern.compile("(COPY .+?, line \\d+(?:, column [^:]+)?)(?::.*)?"),
          Pattern.compile("(SQL function \"[^\"]*\").*"),
          Pattern.compile("(PL/pgSQL function (?!inline_code_block).+? line \\d+) at .*"));

  /**
   * SQLSTATE classes whose messages name objects, roles and settings: appendix A of PostgreSQL's
   * manual.
   */
  private static final Set<String> NAMING =
      Set.of(
          "08", "0A", "23", "25", "28", "2B", "2F", "3D", "3F", "40", "42", "53", "54", "55", "57",
          "58");

  /** A syntax error quotes the statement. */
  private static final String SYNTAX = "42601";

  /** Data exceptions quote the value, after what is wrong with it. */
  private static final String DATA = "22";

  /** Functions of PostgreSQL with which a tenant's code raises its own messages. */
  private static final Pattern RAISING =
      Pattern.compile("exec_stmt_(raise|assert)|pl(perl|py|tcl)_?\\w*");

  private ProgramErrors() {}

  /** The first errors in what a program printed; empty if there are none. */
  static Optional<String> summary(String output) {
    Set<String> errors = new LinkedHashSet<>();
    List<String> lines = output.lines().toList();
    for (int i = 0; i < lines.size() && errors.size() < MAX_ERRORS; i++) {
      Matcher server = OF_SERVER.matcher(lines.get(i));
      Matcher program = OF_PROGRAM.matcher(lines.get(i));
      if (server.matches()) {
        errors.add(ofServer(server.group(1), server.group(2), rest(lines, i + 1)));
      } else if (program.matches()) {
        errors.add(ofProgram(program.group(1)));
      } else if (lines.get(i).contains("invalid command \\")) {
        errors.add("the script has a command that psql does not support");
      }
    }
    return errors.isEmpty() ? Optional.empty() : Optional.of(truncated(String.join("; ", errors)));
  }

  /** Describes why PostgreSQL refused a statement. */
  static String of(SqlError error) {
    Optional<String> routine =
        error.getCause() instanceof PgException cause
            ? Optional.ofNullable(cause.getRoutine())
            : Optional.empty();
    return truncated(
        message(error.sqlState(), String.valueOf(error.getMessage()), routine)
            + " (SQLSTATE %s)".formatted(error.sqlState()));
  }

  /** The lines of an error, up to the next error. */
  private static List<String> rest(List<String> lines, int from) {
    int end = from;
    while (end < lines.size() && !OF_SERVER.matcher(lines.get(end)).matches()) {
      end++;
    }
    return lines.subList(from, end);
  }

  private static String ofServer(String sqlState, String message, List<String> rest) {
    // The last one: text that the tenant's code raises may contain such lines.
    Optional<String> routine =
        rest.stream()
            .map(LOCATION::matcher)
            .filter(Matcher::matches)
            .map(location -> location.group(1))
            .reduce((earlier, later) -> later);
    List<String> details = new ArrayList<>(List.of("SQLSTATE " + sqlState));
    rest.stream()
        .flatMap(line -> context(line).stream())
        .distinct()
        .limit(MAX_ERRORS)
        .forEach(details::add);
    return "%s (%s)".formatted(message(sqlState, message, routine), String.join(", ", details));
  }

  private static Optional<String> context(String line) {
    String text =
        line.startsWith("CONTEXT: ") ? line.substring("CONTEXT: ".length()).strip() : line;
    return CONTEXTS.stream()
        .map(pattern -> pattern.matcher(text))
        .filter(Matcher::matches)
        .map(context -> context.group(1))
        .findFirst();
  }

  private static String message(String sqlState, String message, Optional<String> routine) {
    if (routine.isEmpty() || RAISING.matcher(routine.get()).matches()) {
      return "code in the database raised an error";
    }
    String line = message.lines().findFirst().orElse("");
    if (sqlState.startsWith(DATA)) {
      return withoutValue(line);
    }
    if (sqlState.equals(SYNTAX)) {
      return "syntax error";
    }
    return NAMING.contains(sqlState.substring(0, 2)) ? line : "the server failed";
  }

  private static String withoutValue(String message) {
    int value = message.indexOf('"');
    return value < 0 ? message : message.substring(0, value).strip().replaceAll("[:=]$", "") + " …";
  }

  private static String ofProgram(String message) {
    return message
        .replaceAll("connection to server .* failed: ", "connection failed: ")
        .replaceAll("(?:ERROR|FATAL): +", "")
        .replaceAll("(?i)password=\\S+|://\\S*@", "…")
        .replaceAll(
            "(missing \"=\" after|invalid connection option) .*", "invalid connection string");
  }

  private static String truncated(String text) {
    return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
  }
}
