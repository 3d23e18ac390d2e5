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
 * Loads dumps into databases: pg_restore writes a script, and psql runs it, logged in as the owner
 * role of the tenant that it is for. What a dump holds may run while it is loaded, such as a check
 * or an index of the tenant; it then has the rights on that tenant's data and no others.
 */
@Singleton
public final class Loads {

  /** What a crash of the server forgets of a restore is all of it, or nothing. */
  private static final String ASYNCHRONOUS = "synchronous_commit";

  private final PgPrograms programs;
  private final TenantRoles roles;

  Loads(PgPrograms programs, TenantRoles roles) {
    this.programs = programs;
    this.roles = roles;
  }

  /**
   * Where a dump is loaded into, and under which names.
   *
   * @param data a scratch database
   * @param names the new name for each old one
   * @param inSchema whether the dump is of a schema
   * @param path what the tenant's functions find names by
   * @param tenant whose second login role may have to be created; empty if all roles exist
   */
  public record Target(
      ClusterAccess access,
      TenantData data,
      Map<String, String> names,
      boolean inSchema,
      TenantPath path,
      Optional<TenantLocation> tenant) {

    /** A scratch database for a restore of a tenant's whole database. */
    public static Target restore(
        ClusterAccess access, TenantData data, Manifest manifest, TenantLocation tenant) {
      Map<String, String> names = Map.of(manifest.role(), tenant.role());
      return new Target(
          access, data, names, false, TenantPath.of(manifest, names), Optional.of(tenant));
    }

    /** A scratch database with roles of its own. */
    public static Target trial(ClusterAccess access, TenantData data, Manifest manifest) {
      Map<String, String> names = new TreeMap<>(Map.of(manifest.role(), data.role()));
      manifest.schema().ifPresent(schema -> names.put(schema, data.role()));
      return new Target(
          access,
          data,
          names,
          manifest.schema().isPresent(),
          TenantPath.of(manifest, names),
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
   * @return what was done otherwise than in the dump, in sentences
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
      Feeder feeder = Feeder.start(dump, restore);
      Heavy.run(
          () -> {
            try (OutputStream input = psql.input()) {
              // A schema as in its restore, which is one transaction and has to have the locks for
              // it.
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

  /** What was done otherwise than in the dump, in sentences. */
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
            place -> new Second(place.secondRole(), () -> roles.createSecond(access, place))));
  }

  /** pg_restore, writing a script. */
  static PgProcess startScript(PgPrograms.Programs client) {
    return PgProcess.start(
        client.pgRestore(),
        // A materialized view is filled as its owner sees the tables, policies included.
        List.of("--file=-", "--enable-row-security"),
        Map.of(),
        ErrorCode.RESTORE_FAILED);
  }

  /** psql, logged in as the owner role. */
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
   * The owner of an object that is loaded needs CREATE in its schema, and USAGE where its functions
   * run while data and indexes are loaded; and may have lost them since, or get them by a grant
   * only that comes last. So the group {@code tenantry_loading} has both in each schema while the
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

  /** Ends {@link #permitCreation}. The dump may have set another search path. */
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

  /** What has no owner in a dump, such as an extension, is the blueprint's, as in its template. */
  private static String reassign(String owner) {
    return "REASSIGN OWNED BY %s TO %s;\n".formatted(quote(owner), ClusterRoles.CONTENT);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
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
                      new BufferedReader(
                              new InputStreamReader(restore.output(), StandardCharsets.UTF_8))
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
