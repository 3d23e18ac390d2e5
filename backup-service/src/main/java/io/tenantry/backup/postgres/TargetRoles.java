package io.tenantry.backup.postgres;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.tenant.ClusterAccess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which roles of a server stand for those of a dump. What belonged to a role that the tenant's
 * owner role may not act as belongs to the blueprint's owner; rights of roles that the server does
 * not have are left out. Both are noted.
 */
final class TargetRoles implements ScriptRewriter.Roles {

  /** Before there were owner roles, blueprints' objects belonged to these. */
  private static final Set<String> FORMER_OWNERS = Set.of(ClusterRoles.OWNER, "tenantry_admin");

  private final TenantRoles roles;
  private final ClusterAccess access;
  private final String content;
  private final Set<String> usable;
  private final Set<String> formerOwners;
  private final Optional<Second> second;
  private final Map<String, Boolean> known = new HashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private boolean secondCreated;
  private @Nullable Set<String> restrictedExtensions;

  /**
   * The second login role of the tenant that is restored into, which is created when the dump names
   * it.
   *
   * @param create creates it unless it exists
   */
  record Second(String role, Runnable create) {}

  /**
   * @param data what is loaded into
   * @param inSchema whether a schema is loaded, whose objects all belong to the owner role
   */
  TargetRoles(
      TenantRoles roles,
      ClusterAccess access,
      TenantData data,
      boolean inSchema,
      Optional<Second> second) {
    this.roles = roles;
    this.access = access;
    this.content = inSchema ? data.owner() : ClusterRoles.CONTENT;
    this.usable =
        new HashSet<>(List.of(data.role(), ClusterRoles.second(data.role()), data.owner()));
    this.usable.add(content);
    this.formerOwners = new HashSet<>(FORMER_OWNERS);
    this.formerOwners.add(access.adminUser());
    this.second = second;
    ClusterRoles.GROUPS.forEach(group -> known.put(group, true));
    usable.forEach(role -> known.put(role, true));
  }

  /** What was done otherwise than in the dump, in sentences. */
  List<String> notes() {
    return new ArrayList<>(notes);
  }

  @Override
  public String owner(String role) {
    if (usable.contains(role)) {
      createSecond(role);
      return role;
    }
    if (!formerOwners.contains(role)) {
      notes.add("What belonged to the role %s belongs to %s.".formatted(role, content));
    }
    return content;
  }

  @Override
  public Optional<String> grantee(String role) {
    if (formerOwners.contains(role)) {
      return Optional.of(content);
    }
    createSecond(role);
    if (known.computeIfAbsent(role, name -> roles.exists(access, name))) {
      return Optional.of(role);
    }
    notes.add("Rights of the role %s were left out: the server has no such role.".formatted(role));
    return Optional.empty();
  }

  @Override
  public Optional<String> grantor(String role) {
    if (formerOwners.contains(role)) {
      return Optional.of(content);
    }
    if (usable.contains(role)) {
      createSecond(role);
      return Optional.of(role);
    }
    notes.add("Rights that the role %s had granted were left out.".formatted(role));
    return Optional.empty();
  }

  @Override
  public boolean canCreateExtension(String name) {
    if (restrictedExtensions == null) {
      restrictedExtensions = roles.restrictedExtensions(access);
    }
    return !restrictedExtensions.contains(name);
  }

  private void createSecond(String role) {
    if (!secondCreated && second.filter(login -> login.role().equals(role)).isPresent()) {
      second.get().create().run();
      secondCreated = true;
    }
  }
}
