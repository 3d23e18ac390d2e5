package io.tenantry.kernel.cluster;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ownership of a database, schema or role, stored on the object itself as its comment: a
 * schema's on its owner role (see {@link ClusterRoles#owner}). Comments on databases and roles are
 * shared by the whole server and can be read without connecting to a tenant's database; only the
 * admin can change them.
 *
 * @param installation the control plane that created it
 * @param tenant the tenant whose data it holds or will hold
 * @param operation the id of the restore or drill that gave it this purpose; empty where the tenant
 *     is enough
 */
public record Mark(
    UUID installation, Purpose purpose, Optional<UUID> tenant, Optional<UUID> operation) {

  private static final String UUID_PATTERN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private static final Pattern FORMAT =
      Pattern.compile(
          "tenantry ([a-z_]+) installation=(%1$s)(?: tenant=(%1$s))?(?: operation=(%1$s))?"
              .formatted(UUID_PATTERN));

  /** The purpose of an object. */
  public enum Purpose {
    /** A ready database or schema in the warm pool; no tenant has ever used it. */
    POOL,
    /** Of a tenant that is being provisioned and was never handed out. */
    PROVISIONING,
    /** Of a tenant. It is dropped only when the tenant is deleted. */
    TENANT,
    /** Replaced by a restore and kept for the undo. */
    FORMER,
    /** Replaced by an undo. */
    UNDONE,
    /** Of a tenant that the registry does not know; closed to connections. */
    QUARANTINE,
    /** A backup being restored, beside the live database. */
    RESTORE,
    /** A backup being restored by a drill. */
    DRILL,
    /** A clone of a golden template for comparison. */
    GOLDEN,
    /** A golden template. */
    TEMPLATE,
    /** The database that tenants with schema isolation share. */
    SHARED,
    /** A role that runs a blueprint's SQL while a template is built. */
    BUILD,
    /** A login role of a tenant. */
    LOGIN,
    /** The owner role of a tenant whose data is marked on the database. */
    OWNER;

    /** Whether it holds, or has held, a tenant's data that may exist nowhere else. */
    public boolean holdsTenantData() {
      return switch (this) {
        case TENANT, FORMER, UNDONE, QUARANTINE, SHARED -> true;
        case POOL, PROVISIONING, RESTORE, DRILL, GOLDEN, TEMPLATE, BUILD, LOGIN, OWNER -> false;
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The mark of an object of a tenant. */
  public static Mark of(UUID installation, Purpose purpose, UUID tenant) {
    return new Mark(installation, purpose, Optional.of(tenant), Optional.empty());
  }

  /** The mark of an object without a tenant. */
  public static Mark withoutTenant(UUID installation, Purpose purpose) {
    return new Mark(installation, purpose, Optional.empty(), Optional.empty());
  }

  /** This mark with another purpose. */
  public Mark as(Purpose other) {
    return new Mark(installation, other, tenant, operation);
  }

  /** The mark in a comment; empty if the comment is not a mark. */
  public static Optional<Mark> parse(@Nullable String comment) {
    Matcher matcher = FORMAT.matcher(comment == null ? "" : comment);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return purpose(matcher.group(1))
        .map(
            purpose ->
                new Mark(
                    UUID.fromString(matcher.group(2)),
                    purpose,
                    Optional.ofNullable(matcher.group(3)).map(UUID::fromString),
                    Optional.ofNullable(matcher.group(4)).map(UUID::fromString)));
  }

  private static Optional<Purpose> purpose(String name) {
    for (Purpose purpose : Purpose.values()) {
      if (purpose.toString().equals(name)) {
        return Optional.of(purpose);
      }
    }
    return Optional.empty();
  }

  /** The comment. */
  @Override
  public String toString() {
    return "tenantry %s installation=%s%s%s"
        .formatted(
            purpose,
            installation,
            tenant.map(id -> " tenant=" + id).orElse(""),
            operation.map(id -> " operation=" + id).orElse(""));
  }
}
