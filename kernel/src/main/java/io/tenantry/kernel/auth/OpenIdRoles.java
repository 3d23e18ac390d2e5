package io.tenantry.kernel.auth;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Maps the groups in an OpenID token to the configured roles. A group grants no other role,
 * whatever its name: otherwise a group named like a scope of API keys would grant that scope.
 */
@Singleton
final class OpenIdRoles implements SecurityIdentityAugmentor {

  private final Map<String, Set<String>> rolesByGroup = new HashMap<>();

  OpenIdRoles(OpenIdConfig config) {
    add(Roles.ADMIN, config.adminGroups());
    add(Roles.OPERATOR, config.operatorGroups());
    add(Roles.VIEWER, config.viewerGroups());
    add(Roles.BACKUP_READER, config.backupReaderGroups());
  }

  private void add(String role, Optional<Set<String>> groups) {
    for (String group : groups.orElse(Set.of())) {
      rolesByGroup.computeIfAbsent(group, g -> new HashSet<>()).addAll(Roles.withIncluded(role));
    }
  }

  @Override
  public Uni<SecurityIdentity> augment(
      SecurityIdentity identity, AuthenticationRequestContext context) {
    QuarkusSecurityIdentity.Builder mapped =
        QuarkusSecurityIdentity.builder()
            .setPrincipal(identity.getPrincipal())
            .setAnonymous(identity.isAnonymous())
            .addCredentials(identity.getCredentials())
            .addAttributes(identity.getAttributes());
    identity
        .getRoles()
        .forEach(group -> mapped.addRoles(rolesByGroup.getOrDefault(group, Set.of())));
    return Uni.createFrom().item(mapped.build());
  }
}
