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
 * Maps the roles of a dump to roles of the target server. Objects of a role that the tenant's owner
 * role may not act as get the blueprint's owner; privileges of roles that the server lacks are left
 * out. Both are noted.
 */
final class TargetRoles implements ScriptRewriter.Roles {

  /** The owners of blueprints' objects before there were owner roles. */
  private static final Set<String> EARLIER_OWNERS = Set.of(ClusterRoles.OWNER, "tenantry_admin");

  private final TenantRoles roles;
  private final ClusterAccess access;
  private final String content;
  private final Set<String> usable;
  private final Set<String> earlierOwners;
  private final Optional<Second> second;
  private final Map<String, Boolean> known = new HashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private boolean secondCreated;
  private @Nullable Set<String> restrictedExtensions;

  /**
   * The second login role of the target tenant, which is created if the dump names it.
   *
   * @param create creates it unless it exists
   */
  record Second(String role, Runnable create) {}

  /**
   * @param data the target of the load
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
    this.earlierOwners = new HashSet<>(EARLIER_OWNERS);
    this.earlierOwners.add(access.adminUser());
    this.second = second;
    ClusterRoles.GROUPS.forEach(group -> known.put(group, true));
    usable.forEach(role -> known.put(role, true));
  }

  /** Returns sentences about differences from the dump. */
  List<String> notes() {
    return new ArrayList<>(notes);
  }

  @Override
  public String owner(String role) {
    if (usable.contains(role)) {
      createSecond(role);
      return role;
    }
    if (!earlierOwners.contains(role)) {
      notes.add("Objects of the role %s now belong to %s.".formatted(role, content));
    }
    return content;
  }

  @Override
  public Optional<String> grantee(String role) {
    if (earlierOwners.contains(role)) {
      return Optional.of(content);
    }
    createSecond(role);
    if (known.computeIfAbsent(role, name -> roles.exists(access, name))) {
      return Optional.of(role);
    }
    notes.add(
        "Privileges of the role %s were left out: the server has no such role.".formatted(role));
    return Optional.empty();
  }

  @Override
  public Optional<String> grantor(String role) {
    if (earlierOwners.contains(role)) {
      return Optional.of(content);
    }
    if (usable.contains(role)) {
      createSecond(role);
      return Optional.of(role);
    }
    notes.add("Privileges granted by the role %s were left out.".formatted(role));
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
