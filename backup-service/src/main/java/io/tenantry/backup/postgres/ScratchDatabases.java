package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/**
 * Databases beside the tenants': to restore into, to try a backup in, and former ones that are kept
 * for an undo. They belong to the admin itself and not to {@code tenantry_owner}, so that nobody
 * takes them for tenants' databases, nor for their orphans; their names tell whose they are.
 */
@Singleton
public final class ScratchDatabases {

  private final Clusters clusters;

  ScratchDatabases(Clusters clusters) {
    this.clusters = clusters;
  }

  /** What one is for. */
  public enum Purpose {
    RESTORE("restore_"),
    DRILL("drill_"),
    FORMER("former_"),
    UNDONE("undone_"),
    /** A golden template's clone, for the template itself admits nobody. */
    GOLDEN("golden_");

    private final String prefix;

    Purpose(String prefix) {
      this.prefix = prefix;
    }

    /** Its name, for the restore or drill with this id. */
    public String nameFor(UUID id) {
      return prefix + id.toString().replace('-', '_');
    }
  }

  /** Makes an empty one that nobody but the admin may enter; one of that name is dropped first. */
  public void create(ClusterAccess admin, String name, Manifest like) {
    drop(admin, name);
    try (Session session = clusters.open(admin)) {
      session.execute(
          "CREATE DATABASE %s TEMPLATE template0 ENCODING %s LC_COLLATE %s LC_CTYPE %s STRATEGY WAL_LOG"
              .formatted(
                  quote(name),
                  literal(like.encoding()),
                  literal(like.collate()),
                  literal(like.ctype())));
      session.execute("REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(quote(name)));
    }
  }

  /** Clones a golden template for the admin; a database of that name is dropped first. */
  public void cloneTemplate(ClusterAccess admin, String name, String template) {
    drop(admin, name);
    try (Session session = clusters.open(admin)) {
      session.execute(
          "CREATE DATABASE %s TEMPLATE %s STRATEGY WAL_LOG"
              .formatted(quote(name), quote(template)));
      session.execute("REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(quote(name)));
    }
  }

  /** Makes what a schema's backup does not hold, but leans on: the extensions beside it. */
  public void addExtensions(ClusterAccess admin, String name, List<Manifest.Extension> extensions) {
    try (Session session = clusters.open(admin, name)) {
      for (Manifest.Extension extension : extensions) {
        session.execute("CREATE SCHEMA IF NOT EXISTS " + quote(extension.schema()));
        session.execute(
            "CREATE EXTENSION IF NOT EXISTS %s SCHEMA %s"
                .formatted(quote(extension.name()), quote(extension.schema())));
      }
    }
  }

  /** Makes the admin a member of a role, for only such can give it what is its own. */
  public void join(ClusterAccess admin, String role) {
    try (Session session = clusters.open(admin)) {
      session.execute("GRANT %s TO CURRENT_USER".formatted(quote(role)));
    }
  }

  /** Drops one with all its sessions; none of that name is fine too. */
  public void drop(ClusterAccess admin, String name) {
    try (Session session = clusters.open(admin)) {
      session.execute("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(quote(name)));
    }
  }

  /** Whether there is a database of this name. */
  public boolean exists(ClusterAccess admin, String name) {
    try (Session session = clusters.open(admin)) {
      return session
          .first("SELECT 1 FROM pg_database WHERE datname = $1", row -> true, name)
          .orElse(false);
    }
  }
}
