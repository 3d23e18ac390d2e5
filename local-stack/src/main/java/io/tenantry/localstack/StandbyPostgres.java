package io.tenantry.localstack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Starts PostgreSQL servers that follow another one, and can take its place. */
public final class StandbyPostgres {

  private StandbyPostgres() {}

  /**
   * Copies a server and starts the copy as its standby, which accepts queries. It is promoted by
   * {@code pg_promote()}, and stopped with this JVM.
   *
   * @param primary a running server
   * @param directory for the standby's files; created
   * @param options of the standby
   * @throws LocalStackException if it cannot be copied or does not start
   */
  public static PostgresServer start(
      PostgresServer primary, Path directory, LocalStackOptions options) {
    Path own = Directories.createPrivate(directory.toAbsolutePath());
    copy(primary, own);
    return EmbeddedPostgres.start(
        own, Ports.free(1).getFirst(), primary.superuserPassword(), options);
  }

  private static void copy(PostgresServer primary, Path directory) {
    ProcessBuilder builder =
        new ProcessBuilder(
            ServerUser.forFilesUnder(directory)
                .command(
                    List.of(
                        primary.binDirectory().resolve("pg_basebackup").toString(),
                        "--host=" + primary.host(),
                        "--port=" + primary.port(),
                        "--username=" + PostgresAddress.SUPERUSER,
                        "--no-password",
                        "--pgdata=" + EmbeddedPostgres.dataIn(directory),
                        "--checkpoint=fast",
                        "--write-recovery-conf")));
    builder.environment().put("PGPASSWORD", primary.superuserPassword());
    try {
      Process process = builder.redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new LocalStackException("pg_basebackup failed:\n" + output);
      }
    } catch (IOException e) {
      throw new LocalStackException("pg_basebackup could not be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while copying PostgreSQL", e);
    }
  }
}
