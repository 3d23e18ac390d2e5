package io.tenantry.backup.postgres;

import io.tenantry.kernel.db.SessionSettings;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * A running client program of PostgreSQL. It gets its user and password from its environment, which
 * only its owner can read; its arguments contain no secrets.
 */
public final class PgProcess implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(PgProcess.class);

  /** The maximum number of characters kept of the error output: from its start and its end. */
  private static final int MAX_ERROR_OUTPUT = 16_384;

  /**
   * Detect unresponsive servers and networks, which close no connection. An idle connection is
   * probed after 15 s, and three times more. A connection whose data is not acknowledged is dropped
   * after 5 minutes, because a slow disk may delay the server.
   */
  private static final String TCP_TIMEOUTS =
      "keepalives_idle=15 keepalives_interval=5 keepalives_count=3 tcp_user_timeout=300000";

  /** psql without a terminal, which exits at the first error and prints where it came from. */
  static final List<String> PSQL =
      List.of(
          "--no-psqlrc",
          "--no-password",
          "--quiet",
          "--set=ON_ERROR_STOP=1",
          "--set=VERBOSITY=verbose");

  private final String name;
  private final Process process;
  private final ErrorCode failure;
  private final StringBuilder errorOutput = new StringBuilder();
  private final Thread errorReader;

  private PgProcess(String name, Process process, ErrorCode failure) {
    this.name = name;
    this.process = process;
    this.failure = failure;
    this.errorReader = Thread.ofPlatform().daemon().name(name + "-errors").start(this::readErrors);
  }

  /**
   * Starts a program that connects to a database.
   *
   * @param login the role that it logs in with
   * @param failure the error code if the program fails
   */
  static PgProcess start(
      Path program,
      List<String> arguments,
      ClusterAccess access,
      Login login,
      String database,
      ErrorCode failure) {
    return start(
        program,
        Stream.concat(
                Stream.of("--dbname=dbname='%s' %s".formatted(escaped(database), TCP_TIMEOUTS)),
                arguments.stream())
            .toList(),
        environment(access, login, database),
        failure);
  }

  private static Map<String, String> environment(
      ClusterAccess access, Login login, String database) {
    Map<String, String> environment =
        access.login(database, login.user(), login.password()).environment();
    environment.put("PGAPPNAME", "backup-service");
    environment.put("PGOPTIONS", SessionSettings.options(login.settings()));
    environment.put("PGCONNECT_TIMEOUT", "20");
    return environment;
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("'", "\\'");
  }

  /** Starts a program that needs no server. */
  static PgProcess start(
      Path program, List<String> arguments, Map<String, String> environment, ErrorCode failure) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(variable -> variable.startsWith("PG"));
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(environment);
    try {
      return new PgProcess(program.getFileName().toString(), builder.start(), failure);
    } catch (IOException e) {
      throw new TenantryException(
          ErrorCode.PG_DUMP_UNUSABLE,
          program.getFileName() + " cannot be started; check PG_BIN_DIRECTORY.",
          e);
    }
  }

  private void readErrors() {
    try (Reader errors = new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8)) {
      char[] buffer = new char[1024];
      for (int read = errors.read(buffer); read >= 0; read = errors.read(buffer)) {
        synchronized (errorOutput) {
          errorOutput.append(buffer, 0, read);
          // The error comes first, and a long statement may follow.
          if (errorOutput.length() > MAX_ERROR_OUTPUT) {
            errorOutput.delete(MAX_ERROR_OUTPUT / 2, errorOutput.length() - MAX_ERROR_OUTPUT / 2);
          }
        }
      }
    } catch (IOException e) {
      LOG.debugf(e, "error output of %s can no longer be read", name);
    }
  }

  /** The program's standard output. */
  public InputStream output() {
    return process.getInputStream();
  }

  /** The program's standard input. */
  public OutputStream input() {
    return process.getOutputStream();
  }

  /**
   * Waits until the program exits.
   *
   * @throws TenantryException with the code it was started with and its first errors, if its exit
   *     status is not 0
   */
  public void awaitSuccess() throws InterruptedException {
    int status = process.waitFor();
    errorReader.join(TimeUnit.SECONDS.toMillis(5));
    if (status != 0) {
      throw new TenantryException(
          failure,
          ProgramErrors.summary(errorOutput())
              .map(errors -> "%s failed: %s.".formatted(name, errors))
              .orElseGet(
                  () ->
                      "%s exited with status %d; the service's log has its output."
                          .formatted(name, status)),
          new IllegalStateException(errorOutput()));
    }
  }

  /** Whether the program exited with an error. */
  boolean hasFailed() {
    return !process.isAlive() && process.exitValue() != 0;
  }

  private String errorOutput() {
    synchronized (errorOutput) {
      return errorOutput.toString();
    }
  }

  @Override
  public void close() {
    end();
  }

  /** Kills the program if it is running. */
  public void end() {
    process.destroyForcibly();
    try {
      process.getInputStream().close();
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.tracef(e, "%s was killed", name);
    } catch (UncheckedIOException e) {
      LOG.tracef(e, "%s was killed", name);
    }
  }
}
