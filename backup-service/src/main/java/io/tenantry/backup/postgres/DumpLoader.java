package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.postgres.TargetRoles.Second;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Loads dumps into databases: pg_restore writes a script, and psql runs it as the tenant's owner
 * role. Loading may execute the tenant's code, such as checks and expressions of indexes; it then
 * has privileges on that tenant's data only.
 */
@Singleton
public final class DumpLoader {

  /** Safe to switch off: a crash of the server loses a restore completely, or nothing of it. */
  private static final String ASYNCHRONOUS = "synchronous_commit";

  private final PgPrograms programs;
  private final TenantRoles roles;

  DumpLoader(PgPrograms programs, TenantRoles roles) {
    this.programs = programs;
    this.roles = roles;
  }

  /**
   * The target of a load, and the names to use there.
   *
   * @param data a scratch database
   * @param names the new name for each old one
   * @param inSchema whether the dump is of a schema
   * @param path the search path of the tenant's functions
   * @param tenant whose second login role may have to be created; empty if all roles exist
   */
  public record Target(
      ClusterAccess access,
      TenantData data,
      Map<String, String> names,
      boolean inSchema,
      TenantSearchPath path,
      Optional<TenantLocation> tenant) {

    /** A scratch database for a restore of a tenant's whole database. */
    public static Target restore(
        ClusterAccess access, TenantData data, Manifest manifest, TenantLocation tenant) {
      Map<String, String> names = Map.of(manifest.role(), tenant.role());
      return new Target(
          access, data, names, false, TenantSearchPath.of(manifest, names), Optional.of(tenant));
    }

    /** A scratch database with its own roles. */
    public static Target trial(ClusterAccess access, TenantData data, Manifest manifest) {
      Map<String, String> names = new TreeMap<>(Map.of(manifest.role(), data.role()));
      manifest.schema().ifPresent(schema -> names.put(schema, data.role()));
      return new Target(
          access,
          data,
          names,
          manifest.schema().isPresent(),
          TenantSearchPath.of(manifest, names),
          Optional.empty());
    }
  }

  /** Creates the roles that a restore of a tenant needs, where its server lacks them. */
  public void prepareRoles(ClusterAccess access, TenantLocation tenant) {
    roles.prepare(access, tenant);
  }

  /**
   * Loads a dump into an empty database, reading the dump to its end.
   *
   * @return sentences about differences from the dump
   * @throws io.tenantry.kernel.error.TenantryException {@code RESTORE_FAILED}, or what reading the
   *     dump throws
   */
  public List<String> load(Target target, InputStream dump) throws InterruptedException {
    TargetRoles targetRoles = targetRoles(target);
    ScriptRewriter rewriter = new ScriptRewriter(target.names(), targetRoles, target.path());
    PgPrograms.Programs client = programs.forServer(0);
    try (PgProcess restore = startScript(client);
        PgProcess psql = startPsql(client, target.access(), target.data(), List.of())) {
      Thread reader = Thread.ofPlatform().daemon().start(() -> discard(psql.output()));
      DumpFeeder feeder = DumpFeeder.start(dump, restore);
      PlatformThreads.run(
          () -> {
            try (OutputStream input = psql.input()) {
              // A schema is loaded in one transaction, as in its restore, which has to get all its
              // locks.
              write(input, target.inSchema() ? "BEGIN;\n" : "");
              write(input, permitCreation(target.data().owner(), !target.inSchema()));
              rewriter.write(restore.output(), input);
              write(input, forbidCreation(target.data().owner()));
              write(input, target.inSchema() ? "COMMIT;\n" : reassign(target.data().owner()));
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
      return notes(targetRoles, rewriter);
    }
  }

  /** Returns sentences about differences from the dump. */
  static List<String> notes(TargetRoles roles, ScriptRewriter rewriter) {
    return Stream.concat(roles.notes().stream(), rewriter.notes().stream()).toList();
  }

  private TargetRoles targetRoles(Target target) {
    return targetRoles(target.access(), target.data(), target.inSchema(), target.tenant());
  }

  TargetRoles targetRoles(
      ClusterAccess access, TenantData data, boolean inSchema, Optional<TenantLocation> tenant) {
    return new TargetRoles(
        roles,
        access,
        data,
        inSchema,
        tenant.map(
            location ->
                new Second(location.secondRole(), () -> roles.createSecond(access, location))));
  }

  /** Starts pg_restore, which writes a script. */
  static PgProcess startScript(PgPrograms.Programs client) {
    return PgProcess.start(
        client.pgRestore(),
        // A materialized view is filled as its owner sees the tables, policies included.
        List.of("--file=-", "--enable-row-security"),
        Map.of(),
        ErrorCode.RESTORE_FAILED);
  }

  /** Starts psql as the owner role. */
  static PgProcess startPsql(
      PgPrograms.Programs client, ClusterAccess access, TenantData data, List<String> options) {
    return PgProcess.start(
        client.psql(),
        Stream.concat(PgProcess.PSQL.stream(), options.stream()).toList(),
        access,
        Login.owner(access, data.role()).with(ASYNCHRONOUS, "off"),
        data.database(),
        ErrorCode.RESTORE_FAILED);
  }

  /**
   * The owner of a loaded object needs CREATE on its schema, and USAGE where its functions run
   * while data and indexes are loaded. It may have lost them since, or get them only by a grant at
   * the end of the dump. So the group {@code tenantry_loading} has both on each schema while the
   * dump is loaded.
   *
   * @param inPublic whether the schema {@code public} is the tenant's, too
   */
  static String permitCreation(String owner, boolean inPublic) {
    return "ALTER DEFAULT PRIVILEGES FOR ROLE %s GRANT USAGE, CREATE ON SCHEMAS TO %s;\n%s"
        .formatted(
            quote(owner),
            ClusterRoles.LOADING,
            inPublic
                ? "GRANT USAGE, CREATE ON SCHEMA public TO %s;\n".formatted(ClusterRoles.LOADING)
                : "");
  }

  /** Reverts {@link #permitCreation}. The dump may have set another search path. */
  static String forbidCreation(String owner) {
    return """
    SET search_path = pg_catalog, pg_temp;
    ALTER DEFAULT PRIVILEGES FOR ROLE %1$s REVOKE USAGE, CREATE ON SCHEMAS FROM %2$s;
    DO $tenantry$
    DECLARE
      schema name;
    BEGIN
      FOR schema IN
        SELECT nspname
        FROM pg_catalog.pg_namespace
        WHERE pg_catalog.pg_has_role(nspowner, 'USAGE')
          AND EXISTS (
            SELECT
            FROM pg_catalog.aclexplode(nspacl)
            WHERE grantee = '%2$s'::regrole
          )
      LOOP
        EXECUTE pg_catalog.format('REVOKE ALL ON SCHEMA %%I FROM %2$s', schema);
      END LOOP;
    END
    $tenantry$;
    """
        .formatted(quote(owner), ClusterRoles.LOADING);
  }

  /** Gives objects without an owner in the dump, such as extensions, the blueprint's owner. */
  private static String reassign(String owner) {
    return "REASSIGN OWNED BY %s TO %s;\n".formatted(quote(owner), ClusterRoles.CONTENT);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** Reads a dump to its end and returns its table of contents, one entry a line. */
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
                      new BufferedReader(
                              new InputStreamReader(restore.output(), StandardCharsets.UTF_8))
                          .lines()
                          .filter(line -> !line.startsWith(";"))
                          .forEach(lines::add));
      PlatformThreads.run(() -> feed(dump, restore), restore::end);
      restore.awaitSuccess();
      reader.join();
      return List.copyOf(lines);
    }
  }

  /**
   * Feeds the whole dump to a program. If the program closes its input early, the rest is still
   * read, because only a dump that was read to its end is known to be authentic.
   */
  static boolean feed(InputStream dump, PgProcess program) {
    try (OutputStream input = program.input()) {
      Archives.transfer(dump, input);
    } catch (IOException closed) {
      if (!program.hasFailed()) {
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
      // The program was killed.
      return;
    }
  }
}
