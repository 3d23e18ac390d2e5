package io.tenantry.backup.postgres;

import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.tenant.TenantPlace;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Loads dumps into databases by pg_restore. */
@Singleton
public final class Loads {

  private final PgPrograms programs;

  Loads(PgPrograms programs) {
    this.programs = programs;
  }

  /** Under which names a dump is loaded. */
  public sealed interface Naming {

    /** As it was, belonging to whom it belonged to. */
    record AsItWas() implements Naming {}

    /** Under other names. */
    record Renamed(Map<String, String> names) implements Naming {}

    /** Belonging to the admin, with nobody's rights: for a database that nobody else enters. */
    record Nobodys() implements Naming {}

    /** The names for a tenant whose role may be another than when the dump was made. */
    static Naming of(Manifest manifest, TenantPlace tenant) {
      return manifest.role().equals(tenant.role())
          ? new AsItWas()
          : new Renamed(Map.of(manifest.role(), tenant.role()));
    }
  }

  /**
   * Loads a dump into an empty database, reading the dump to its end.
   *
   * @throws io.tenantry.kernel.problem.TenantryException {@code RESTORE_FAILED}, or what reading
   *     the dump throws
   */
  public void load(ClusterAccess admin, String database, InputStream dump, Naming naming)
      throws InterruptedException {
    switch (naming) {
      case Naming.AsItWas same -> loadDirectly(admin, database, dump, List.of());
      case Naming.Nobodys nobodys ->
          loadDirectly(admin, database, dump, List.of("--no-owner", "--no-acl"));
      case Naming.Renamed renamed -> loadRenamed(admin, database, dump, renamed.names());
    }
  }

  private void loadDirectly(
      ClusterAccess admin, String database, InputStream dump, List<String> options)
      throws InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("--exit-on-error", "--no-password"));
    arguments.addAll(options);
    try (PgProcess restore =
        PgProcess.start(
            programs.forServer(0).pgRestore(),
            arguments,
            admin,
            database,
            ErrorCode.RESTORE_FAILED)) {
      Thread reader = Thread.ofPlatform().daemon().start(() -> discard(restore.output()));
      Heavy.run(() -> feed(dump, restore), restore::end);
      restore.awaitSuccess();
      reader.join();
    }
  }

  private void loadRenamed(
      ClusterAccess admin, String database, InputStream dump, Map<String, String> names)
      throws InterruptedException {
    PgPrograms.Programs client = programs.forServer(0);
    try (PgProcess restore =
            PgProcess.start(
                client.pgRestore(), List.of("--file=-"), Map.of(), ErrorCode.RESTORE_FAILED);
        PgProcess psql =
            PgProcess.start(
                client.psql(),
                List.of("--no-psqlrc", "--no-password", "--quiet", "--set=ON_ERROR_STOP=1"),
                admin,
                database,
                ErrorCode.RESTORE_FAILED)) {
      Thread reader = Thread.ofPlatform().daemon().start(() -> discard(psql.output()));
      Feeder feeder = Feeder.start(dump, restore);
      Heavy.run(
          () -> {
            try (OutputStream input = psql.input()) {
              new ScriptMapping(names).write(restore.output(), input);
            } catch (IOException e) {
              feeder.rethrow();
              psql.awaitSuccess();
              throw e;
            }
            feeder.await();
            return true;
          },
          () -> {
            restore.end();
            psql.end();
          });
      restore.awaitSuccess();
      psql.awaitSuccess();
      reader.join();
    }
  }

  /** The archive's table of contents, one entry a line, from a dump that is read to its end. */
  public List<String> list(InputStream dump) throws InterruptedException {
    try (PgProcess restore =
        PgProcess.start(
            programs.forServer(0).pgRestore(),
            List.of("--list"),
            Map.of(),
            ErrorCode.BACKUP_DAMAGED)) {
      List<String> lines = new ArrayList<>();
      Thread reader =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () ->
                      new java.io.BufferedReader(
                              new java.io.InputStreamReader(
                                  restore.output(), java.nio.charset.StandardCharsets.UTF_8))
                          .lines()
                          .filter(line -> !line.startsWith(";"))
                          .forEach(lines::add));
      Heavy.run(() -> feed(dump, restore), restore::end);
      restore.awaitSuccess();
      reader.join();
      return List.copyOf(lines);
    }
  }

  /**
   * Feeds the whole dump. A program that needs no more of it, or fails, closes its end; the rest is
   * read all the same, for only then is the dump known to be authentic.
   */
  static boolean feed(InputStream dump, PgProcess program) {
    try (OutputStream input = program.input()) {
      Archives.transfer(dump, input);
    } catch (IOException closed) {
      if (!program.failed()) {
        drain(dump);
      }
    }
    return true;
  }

  private static void drain(InputStream dump) {
    try {
      Archives.transfer(dump, OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new IllegalStateException("the dump could not be read to its end", e);
    }
  }

  private static void discard(InputStream output) {
    try {
      output.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The program was ended.
      return;
    }
  }
}
