package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.kernel.cluster.ClusterObjects;
import io.tenantry.kernel.cluster.ClusterObjects.Kind;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.FoundDatabase;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.MarkChanges;
import io.tenantry.kernel.cluster.ObjectRemoval;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Databases other than the tenants' live ones: targets of restores and drills, and replaced ones
 * that are kept for an undo. Each is marked with its purpose and its operation, and is dropped only
 * if it has that mark. Only one owner role may connect to it.
 */
@Singleton
public final class ScratchDatabases {

  private final Clusters clusters;
  private final TenantRoles roles;

  ScratchDatabases(Clusters clusters, TenantRoles roles) {
    this.clusters = clusters;
    this.roles = roles;
  }

  /** The purpose of a scratch database. */
  public enum Purpose {
    RESTORE("restore_", Mark.Purpose.RESTORE),
    DRILL("drill_", Mark.Purpose.DRILL),
    FORMER("former_", Mark.Purpose.FORMER),
    UNDONE("undone_", Mark.Purpose.UNDONE),
    /** A golden template's clone, because the template itself accepts no connections. */
    GOLDEN("golden_", Mark.Purpose.GOLDEN);

    private final String prefix;
    private final Mark.Purpose mark;

    Purpose(String prefix, Mark.Purpose mark) {
      this.prefix = prefix;
      this.mark = mark;
    }

    /** The name of the database of this operation. */
    public String nameFor(UUID id) {
      return prefix + id.toString().replace('-', '_');
    }

    /** The mark that the database of this operation must have. */
    public Expected expected(UUID id) {
      return Expected.createdBy(id, mark);
    }
  }

  /**
   * A scratch database to be created.
   *
   * @param tenant whose data it gets; empty for a golden template's clone
   * @param role whose owner role may connect
   */
  public record Scratch(Purpose purpose, UUID id, Optional<UUID> tenant, String role) {

    public String name() {
      return purpose.nameFor(id);
    }

    /** The data that its owner role works on. */
    public TenantData data() {
      return TenantData.scratch(name(), role, purpose.mark, id);
    }

    Mark mark(ClusterObjects objects) {
      return new Mark(objects.installation(), purpose.mark, tenant, Optional.of(id));
    }
  }

  /**
   * Creates an empty database to restore into; an existing one of the same operation is dropped
   * first. The admin prepares it before any other role may connect: scripts of extensions run as a
   * superuser, and must not find objects of a tenant.
   */
  public void create(ClusterAccess access, Scratch scratch, Manifest like) {
    create(
        access,
        scratch,
        "TEMPLATE template0 ENCODING %s LC_COLLATE %s LC_CTYPE %s"
            .formatted(literal(like.encoding()), literal(like.collate()), literal(like.ctype())));
    try (Session session = clusters.adminInEmpty(access, scratch.name())) {
      if (like.schema().isEmpty()) {
        session.execute("ALTER SCHEMA public OWNER TO " + ClusterRoles.CONTENT);
      } else {
        addExtensions(session, like.extensions());
      }
    }
    grantConnect(access, scratch);
  }

  /** Creates the extensions that a schema's backup needs but does not contain. */
  private static void addExtensions(Session session, List<Manifest.Extension> extensions) {
    // A superuser created these in the shared database, most likely not for this tenant.
    Set<String> restricted = TenantRoles.restrictedExtensions(session);
    for (Manifest.Extension extension : extensions) {
      if (restricted.contains(extension.name())) {
        continue;
      }
      session.execute("CREATE SCHEMA IF NOT EXISTS " + quote(extension.schema()));
      session.execute("GRANT USAGE ON SCHEMA %s TO PUBLIC".formatted(quote(extension.schema())));
      session.execute(
          "CREATE EXTENSION IF NOT EXISTS %s SCHEMA %s"
              .formatted(quote(extension.name()), quote(extension.schema())));
    }
  }

  /**
   * Creates a database for a trial restore, with an owner role and two roles that replace the
   * tenant's logins.
   */
  public void createWithRoles(ClusterAccess access, Scratch scratch, Manifest like) {
    drop(access, scratch);
    roles.createScratch(
        access, scratch.role(), scratch.mark(clusters.objects(access)), like.schema().isPresent());
    create(access, scratch, like);
  }

  /** Clones a golden template with its own owner role; an existing clone is dropped first. */
  public void cloneTemplate(ClusterAccess access, Scratch scratch, String template) {
    drop(access, scratch);
    roles.createScratchOwner(access, scratch.role(), scratch.mark(clusters.objects(access)));
    create(access, scratch, "TEMPLATE " + quote(template));
    grantConnect(access, scratch);
  }

  private void create(ClusterAccess access, Scratch scratch, String options) {
    ClusterObjects objects = clusters.objects(access);
    String name = scratch.name();
    try (Session session = clusters.admin(access)) {
      new ObjectRemoval(objects)
          .dropDatabase(session, name, scratch.purpose().expected(scratch.id()));
      session.execute(
          "CREATE DATABASE %s OWNER %s %s STRATEGY WAL_LOG ALLOW_CONNECTIONS false"
              .formatted(quote(name), ClusterRoles.SCRATCH, options));
      session.execute(
          """
          %s;
          REVOKE ALL ON DATABASE %2$s FROM PUBLIC;
          ALTER DATABASE %2$s ALLOW_CONNECTIONS true;
          """
              .formatted(objects.marking(Kind.DATABASE, name, scratch.mark(objects)), quote(name)));
    }
  }

  /** Called last, so that no session of the owner role meets one of the admin. */
  private void grantConnect(ClusterAccess access, Scratch scratch) {
    try (Session session = clusters.admin(access)) {
      session.execute(
          "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %1$s TO %2$s; GRANT CREATE ON DATABASE %1$s TO %3$s"
              .formatted(
                  quote(scratch.name()),
                  quote(ClusterRoles.owner(scratch.role())),
                  // A publication's owner needs it.
                  ClusterRoles.CONTENT));
    }
  }

  /**
   * Drops a database with all its sessions, if it is what is expected.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if it is something else
   */
  public void drop(ClusterAccess access, String name, Expected expected) {
    try (Session session = clusters.admin(access)) {
      new ObjectRemoval(clusters.objects(access)).dropDatabase(session, name, expected);
    }
  }

  /** Drops a database, and the roles that were created for it. */
  public void drop(ClusterAccess access, Scratch scratch) {
    drop(access, scratch.name(), scratch.purpose().expected(scratch.id()));
    roles.drop(access, scratch.role(), scratch.mark(clusters.objects(access)));
  }

  /**
   * Marks a database that an older version without marks kept for an undo, see {@link
   * MarkChanges#markOlder}.
   */
  public void markOlder(ClusterAccess access, String name, UUID tenant, Purpose purpose, UUID id) {
    ClusterObjects objects = clusters.objects(access);
    try (Session session = clusters.admin(access)) {
      new MarkChanges(objects)
          .markOlder(
              session,
              name,
              new Mark(objects.installation(), purpose.mark, Optional.of(tenant), Optional.of(id)));
    }
  }

  /** Whether there is a database of this name. */
  public boolean exists(ClusterAccess access, String name) {
    try (Session session = clusters.admin(access)) {
      return FoundDatabase.find(session, name).isPresent();
    }
  }
}
