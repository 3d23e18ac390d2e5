package io.tenantry.kernel.cluster;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whose a database, schema or role is, written on the thing itself as its comment: a database's on
 * the database, a schema's on its owner role (see {@link ClusterRoles#owner}). Comments on
 * databases and roles are shared by the whole server and can be read without connecting to a
 * tenant's database; only the admin can change them.
 *
 * @param installation the control plane that made it
 * @param tenant whose data it holds, or is to hold
 * @param operation what gave it this purpose: the restore or drill of its id; empty where the
 *     tenant says enough
 */
public record Mark(
    UUID installation, Purpose purpose, Optional<UUID> tenant, Optional<UUID> operation) {

  private static final String UUID_PATTERN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private static final Pattern FORMAT =
      Pattern.compile(
          "tenantry ([a-z_]+) installation=(%1$s)(?: tenant=(%1$s))?(?: operation=(%1$s))?"
              .formatted(UUID_PATTERN));

  /** What a thing is for. */
  public enum Purpose {
    /** A ready database or schema in the warm pool; no tenant has ever used it. */
    POOL,
    /** A tenant's that is being provisioned; nobody was ever told of it. */
    PROVISIONING,
    /** A tenant's. It is dropped only when the tenant is deleted. */
    TENANT,
    /** What a restore put another in the place of, kept for its undo. */
    FORMER,
    /** What an undo put the former in the place of. */
    UNDONE,
    /** A tenant's that no control database knows, closed to connections. */
    QUARANTINE,
    /** A backup being restored, beside the live database. */
    RESTORE,
    /** A backup being restored for trial. */
    DRILL,
    /** A clone of a golden template to compare with. */
    GOLDEN,
    /** A golden template. */
    TEMPLATE,
    /** The database that tenants with a schema share. */
    SHARED,
    /** A role that a blueprint's SQL runs as while a template is built. */
    BUILD,
    /** A role a tenant logs in with. */
    LOGIN,
    /** A tenant's owner role, where the mark of its data is on the database. */
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

  /** The mark of something of a tenant. */
  public static Mark of(UUID installation, Purpose purpose, UUID tenant) {
    return new Mark(installation, purpose, Optional.of(tenant), Optional.empty());
  }

  /** The mark of something that is no tenant's. */
  public static Mark noTenants(UUID installation, Purpose purpose) {
    return new Mark(installation, purpose, Optional.empty(), Optional.empty());
  }

  /** The same thing with another purpose. */
  public Mark as(Purpose other) {
    return new Mark(installation, other, tenant, operation);
  }

  /** The mark in a comment; empty if the comment is no mark. */
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
