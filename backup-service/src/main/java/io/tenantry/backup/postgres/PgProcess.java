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
 * One of PostgreSQL's programs, running. Whom it logs in as, and the password, reach it by its
 * environment, which only its owner can read; nothing secret is among its arguments.
 */
public final class PgProcess implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(PgProcess.class);

  /**
   * Characters of the output for errors that are kept: the newest, for psql ends with its error.
   */
  private static final int KEPT = 16_384;

  /**
   * A server, or a way to it, that vanished closes no connection. One that is heard nothing of is
   * asked after 15 s whether it is there, and three times more; one that takes no data for 5
   * minutes is given up, as a slow disk might take its time.
   */
  private static final String PATIENCE =
      "keepalives_idle=15 keepalives_interval=5 keepalives_count=3 tcp_user_timeout=300000";

  /** psql without a terminal, which ends at the first error and prints where it came from. */
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
  private final StringBuilder complaints = new StringBuilder();
  private final Thread listener;

  private PgProcess(String name, Process process, ErrorCode failure) {
    this.name = name;
    this.process = process;
    this.failure = failure;
    this.listener = Thread.ofPlatform().daemon().name(name + "-errors").start(this::listen);
  }

  /**
   * Starts a program on a database.
   *
   * @param login the role that it logs in with
   * @param failure the code to fail with
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
                Stream.of("--dbname=dbname='%s' %s".formatted(escaped(database), PATIENCE)),
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
          ErrorCode.PG_DUMP_UNUSABLE, program.getFileName() + " cannot be started.", e);
    }
  }

  private void listen() {
    try (Reader errors = new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8)) {
      char[] buffer = new char[1024];
      for (int read = errors.read(buffer); read >= 0; read = errors.read(buffer)) {
        synchronized (complaints) {
          complaints.append(buffer, 0, read);
          // The error comes first, and then maybe a long statement.
          if (complaints.length() > KEPT) {
            complaints.delete(KEPT / 2, complaints.length() - KEPT / 2);
          }
        }
      }
    } catch (IOException e) {
      LOG.debugf(e, "%s cannot be listened to any more", name);
    }
  }

  /** What it writes. */
  public InputStream output() {
    return process.getInputStream();
  }

  /** What it reads. */
  public OutputStream input() {
    return process.getOutputStream();
  }

  /**
   * Waits for its end.
   *
   * @throws TenantryException with the code it was started with and its first errors, if its exit
   *     status is not 0
   */
  public void awaitSuccess() throws InterruptedException {
    int status = process.waitFor();
    listener.join(TimeUnit.SECONDS.toMillis(5));
    if (status != 0) {
      throw new TenantryException(
          failure,
          ProgramErrors.summary(complaints())
              .map(errors -> "%s failed: %s.".formatted(name, errors))
              .orElseGet(
                  () ->
                      "%s ended with status %d; the service's log has its output."
                          .formatted(name, status)),
          new IllegalStateException(complaints()));
    }
  }

  /** Whether it ended, and not well. */
  boolean failed() {
    return !process.isAlive() && process.exitValue() != 0;
  }

  private String complaints() {
    synchronized (complaints) {
      return complaints.toString();
    }
  }

  @Override
  public void close() {
    end();
  }

  /** Ends it at once if it runs. */
  public void end() {
    process.destroyForcibly();
    try {
      process.getInputStream().close();
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.tracef(e, "%s was ended", name);
    } catch (UncheckedIOException e) {
      LOG.tracef(e, "%s was ended", name);
    }
  }
}
