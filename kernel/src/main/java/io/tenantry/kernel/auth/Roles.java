package io.tenantry.kernel.auth;

import java.util.List;
import java.util.Set;

/**
 * The roles that an identity can have, for {@code @RolesAllowed}. Each of the first three may do
 * what the next may; the scopes are those of tenants' keys.
 */
public final class Roles {

  /** May do everything, such as read a connection string or register a cluster. */
  public static final String ADMIN = "admin";

  /** May do the daily work: make, change, back up and remove tenants. */
  public static final String OPERATOR = "operator";

  /** May look, and sees no secret. */
  public static final String VIEWER = "viewer";

  /** May download tenants' backups, decrypted; told apart by the identity provider alone. */
  public static final String BACKUP_READER = "backup_reader";

  /** May read what is its tenant's. */
  public static final String SCOPE_READ = "scope:read";

  /** May write what is its tenant's. */
  public static final String SCOPE_WRITE = "scope:write";

  private static final List<String> BY_POWER = List.of(ADMIN, OPERATOR, VIEWER);

  private Roles() {}

  /** The role itself and those it includes. */
  static Set<String> withIncluded(String role) {
    int place = BY_POWER.indexOf(role);
    return place < 0 ? Set.of(role) : Set.copyOf(BY_POWER.subList(place, BY_POWER.size()));
  }

  static String ofScope(String scope) {
    return "scope:" + scope;
  }
}
