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
 * Databases beside the tenants': to restore into, to try a backup in, and former ones that are kept
 * for an undo. Each is marked with what it is for and which operation made it, and is dropped by
 * that mark alone. Only one owner role may connect to it.
 */
@Singleton
public final class ScratchDatabases {

  private final Clusters clusters;
  private final TenantRoles roles;

  ScratchDatabases(Clusters clusters, TenantRoles roles) {
    this.clusters = clusters;
    this.roles = roles;
  }

  /** What one is for. */
  public enum Purpose {
    RESTORE("restore_", Mark.Purpose.RESTORE),
    DRILL("drill_", Mark.Purpose.DRILL),
    FORMER("former_", Mark.Purpose.FORMER),
    UNDONE("undone_", Mark.Purpose.UNDONE),
    /** A golden template's clone, for the template itself admits no connections. */
    GOLDEN("golden_", Mark.Purpose.GOLDEN);

    private final String prefix;
    private final Mark.Purpose mark;

    Purpose(String prefix, Mark.Purpose mark) {
      this.prefix = prefix;
      this.mark = mark;
    }

    /** Its name, for the restore or drill with this id. */
    public String nameFor(UUID id) {
      return prefix + id.toString().replace('-', '_');
    }

    /** What the one of this id must be marked as. */
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

    /** For the sessions of its owner role. */
    public TenantData data() {
      return TenantData.scratch(name(), role, purpose.mark, id);
    }

    Mark mark(ClusterObjects objects) {
      return new Mark(objects.installation(), purpose.mark, tenant, Optional.of(id));
    }
  }

  /**
   * Creates an empty one to restore into; one of the same operation is dropped first. The admin
   * works in it before anybody else may connect: extensions run scripts as a superuser, which must
   * find nothing of a tenant's.
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
    admitOwner(access, scratch);
  }

  /** Creates what a schema's backup does not hold, but needs: the extensions beside it. */
  private static void addExtensions(Session session, List<Manifest.Extension> extensions) {
    // A superuser created those in the shared database; most likely for another tenant, or for
    // none.
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
   * Creates one with two roles for what belonged to the tenant's logins, and their owner role, for
   * a backup that is restored for trial.
   */
  public void createWithRoles(ClusterAccess access, Scratch scratch, Manifest like) {
    drop(access, scratch);
    roles.createScratch(
        access, scratch.role(), scratch.mark(clusters.objects(access)), like.schema().isPresent());
    create(access, scratch, like);
  }

  /** Clones a golden template for an owner role of its own; one of that name is dropped first. */
  public void cloneTemplate(ClusterAccess access, Scratch scratch, String template) {
    drop(access, scratch);
    roles.createScratchOwner(access, scratch.role(), scratch.mark(clusters.objects(access)));
    create(access, scratch, "TEMPLATE " + quote(template));
    admitOwner(access, scratch);
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

  /** Last of all: a session as the owner role finds nothing of the admin's to work on. */
  private void admitOwner(ClusterAccess access, Scratch scratch) {
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

  /** Drops one, and the roles that were created for it. */
  public void drop(ClusterAccess access, Scratch scratch) {
    drop(access, scratch.name(), scratch.purpose().expected(scratch.id()));
    roles.drop(access, scratch.role(), scratch.mark(clusters.objects(access)));
  }

  /** Marks what a version without marks kept for an undo: see {@link MarkChanges#markOlder}. */
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
