package io.tenantry.kernel.auth;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The roles for {@code @RolesAllowed}. Admin includes operator, and operator includes viewer; the
 * scopes belong to tenants' API keys.
 */
public final class Roles {

  /** May do everything, such as read a connection string or register a cluster. */
  public static final String ADMIN = "admin";

  /** May create, change, back up and delete tenants. */
  public static final String OPERATOR = "operator";

  /** May read, except secrets. */
  public static final String VIEWER = "viewer";

  /** May download decrypted backups; granted by the identity provider only. */
  public static final String BACKUP_READER = "backup_reader";

  /** May read its tenant's data. */
  public static final String SCOPE_READ = "scope:read";

  /** May write its tenant's data. */
  public static final String SCOPE_WRITE = "scope:write";

  /** May manage its tenant's webhooks. */
  public static final String SCOPE_WEBHOOKS = "scope:webhooks";

  /** The only scope of portal links; API keys never have it. */
  public static final String PORTAL_SCOPE = "portal";

  /** May manage its tenant's webhooks by a portal link, but not create further links. */
  public static final String SCOPE_PORTAL = "scope:" + PORTAL_SCOPE;

  private static final List<String> BY_POWER = List.of(ADMIN, OPERATOR, VIEWER);

  private Roles() {}

  /** The role itself and those it includes. */
  static Set<String> withIncluded(String role) {
    int place = BY_POWER.indexOf(role);
    return place < 0 ? Set.of(role) : Set.copyOf(BY_POWER.subList(place, BY_POWER.size()));
  }

  /** The most powerful of these roles that includes others; empty if there is none. */
  static Optional<String> mostPowerful(Set<String> roles) {
    return BY_POWER.stream().filter(roles::contains).findFirst();
  }

  static String ofScope(String scope) {
    return "scope:" + scope;
  }
}
