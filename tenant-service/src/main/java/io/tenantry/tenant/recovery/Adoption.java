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
 * Makes known again what is a tenant's by its own mark. It gets new credentials of the role that it
 * does not use now; those that its applications have stay valid for some days.
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
   * Writes a tenant down from what its cluster knows, with new credentials and without API keys.
   *
   * @param role the tenant's role, whose name its database or schema has
   * @throws IllegalStateException if the cluster's catalog or the blueprint's version is missing
   */
  public void adopt(Cluster cluster, UUID tenant, String role) {
    RecoveryPlanner.FoundTenant found = find(cluster, tenant, role);
    JsonNode details =
        details(cluster, tenant)
            .orElseThrow(
                () -> new IllegalStateException("the cluster's catalog does not know the tenant"));
    String name = details.path("blueprint").asText();
    String version =
        versions.versionOf(cluster, found, name).orElse(details.path("blueprint_version").asText());
    Blueprint blueprint =
        blueprints
            .version(name, version)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the version %s of the blueprint %s is unknown; push it first"
                            .formatted(version, name)));
    String previous = login(details, found);
    Credentials credentials = renew(cluster, found, previous);
    store.adopt(
        cluster,
        found,
        details,
        blueprint,
        cluster.connectionString(found.database(), credentials),
        credentials.role(),
        previous);
    if (RecoveryStore.isSuspended(details)) {
      cluster.logins().block(tenant, Set.of(credentials.role(), previous));
    }
    cluster.logins().record(tenant, credentials.role());
  }

  /** Gives a tenant that the registry knows new credentials. */
  void rotate(Cluster cluster, UUID tenant, String role) {
    RecoveryPlanner.FoundTenant found = find(cluster, tenant, role);
    String previous =
        details(cluster, tenant).map(details -> login(details, found)).orElse(found.role());
    Credentials credentials = renew(cluster, found, previous);
    store.storeCredentials(
        tenant,
        cluster.connectionString(found.database(), credentials),
        credentials.role(),
        previous);
    cluster.logins().record(tenant, credentials.role());
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

  /** The role that the tenant's applications log in with now, as the cluster's catalog knows. */
  private static String login(JsonNode details, RecoveryPlanner.FoundTenant found) {
    return details.path("login_role").asText(found.role());
  }

  /** New credentials of the other role: what the applications use stays valid. */
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
