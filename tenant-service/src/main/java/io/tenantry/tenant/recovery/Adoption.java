package io.tenantry.tenant.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.cluster.ClusterCatalog.KnownTenant;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.Blueprints;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Credentials;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Adds tenants to the registry that exist on a cluster by their mark. A tenant gets new credentials
 * for its unused login role; the credentials of its applications stay valid for some days.
 */
@Singleton
public final class Adoption {

  private final RecoveryStore store;
  private final Blueprints blueprints;
  private final TenantVersions versions;
  private final ObjectMapper mapper;
  private final SecureRandom random;

  Adoption(
      RecoveryStore store,
      Blueprints blueprints,
      TenantVersions versions,
      ObjectMapper mapper,
      SecureRandom random) {
    this.store = store;
    this.blueprints = blueprints;
    this.versions = versions;
    this.mapper = mapper;
    this.random = random;
  }

  /**
   * Inserts a tenant from its details in the cluster's catalog, with new credentials and without
   * API keys.
   *
   * @param role the tenant's role, which has the name of its database or schema
   * @throws IllegalStateException if the cluster's catalog or the blueprint's version is missing
   */
  void adopt(Cluster cluster, UUID tenant, String role) {
    adopt(cluster, tenant, role, Optional.empty());
  }

  /**
   * Completes a tenant that is being provisioned, as {@link #adopt} inserts one.
   *
   * @param replica the replica that must have the tenant's lease when it is completed
   * @throws IllegalStateException also if it does not have it, or the tenant is not being
   *     provisioned any more; the registry is unchanged then
   */
  public void complete(Cluster cluster, UUID tenant, String role, UUID replica) {
    adopt(cluster, tenant, role, Optional.of(replica));
  }

  private void adopt(Cluster cluster, UUID tenant, String role, Optional<UUID> replica) {
    RecoveryPlanner.FoundTenant found = find(cluster, tenant, role);
    JsonNode details =
        details(cluster, tenant)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the cluster's catalog has no details of the tenant"));
    String name = details.path("blueprint").asText();
    String version =
        versions.versionOf(cluster, found, name).orElse(details.path("blueprint_version").asText());
    Blueprint blueprint =
        blueprints
            .version(name, version)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the version %s of the blueprint %s does not exist; push it first"
                            .formatted(version, name)));
    String previous = login(details, found);
    Credentials credentials = renew(cluster, found, previous);
    store.adopt(
        cluster,
        found,
        replica,
        details,
        blueprint,
        newLogin(cluster, found, credentials, previous));
    if (RecoveryStore.isSuspended(details)) {
      cluster.logins().block(tenant, Set.of(credentials.role(), previous));
    }
    cluster.logins().record(tenant, credentials.role());
  }

  /** Rotates the credentials of a tenant in the registry. */
  void rotate(Cluster cluster, UUID tenant, String role) {
    RecoveryPlanner.FoundTenant found = find(cluster, tenant, role);
    String previous =
        details(cluster, tenant).map(details -> login(details, found)).orElse(found.role());
    Credentials credentials = renew(cluster, found, previous);
    store.storeCredentials(tenant, newLogin(cluster, found, credentials, previous));
    cluster.logins().record(tenant, credentials.role());
  }

  private static RecoveryStore.NewLogin newLogin(
      Cluster cluster,
      RecoveryPlanner.FoundTenant found,
      Credentials credentials,
      String previous) {
    return new RecoveryStore.NewLogin(
        cluster.connectionString(found.database(), credentials), credentials.role(), previous);
  }

  private static RecoveryPlanner.FoundTenant find(Cluster cluster, UUID tenant, String role) {
    boolean database =
        cluster.inventory().databases().stream().anyMatch(found -> found.name().equals(role));
    return new RecoveryPlanner.FoundTenant(tenant, role, !database);
  }

  private Optional<JsonNode> details(Cluster cluster, UUID tenant) {
    return Optional.ofNullable(ClusterCatalog.tenants(cluster.admin()).get(tenant))
        .map(KnownTenant::details)
        .map(this::parse);
  }

  private JsonNode parse(String json) {
    try {
      return mapper.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The current login role of the tenant's applications, from the cluster's catalog. */
  private static String login(JsonNode details, RecoveryPlanner.FoundTenant found) {
    return details.path("login_role").asText(found.role());
  }

  /** Creates new credentials of the other role; the applications' credentials stay valid. */
  private Credentials renew(Cluster cluster, RecoveryPlanner.FoundTenant found, String previous) {
    String second = ClusterRoles.second(found.role());
    Credentials credentials =
        Credentials.generate(previous.equals(second) ? found.role() : second, random);
    cluster.logins().renew(found.tenantId(), found.role(), credentials);
    cluster.verify(
        found.database(), found.schema() ? found.role() : "public", found.role(), credentials);
    return credentials;
  }
}
