package io.tenantry.operator.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.annotation.ClientHeaderParam;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The REST API of tenant-service. Each method throws {@link ApiException} if the request is
 * refused, and {@link jakarta.ws.rs.ProcessingException} if there is no response.
 */
@RegisterRestClient(configKey = "tenant-service")
@RegisterProvider(ProblemMapper.class)
@ClientHeaderParam(name = "Authorization", value = "Bearer ${tenantry.operator.admin-key}")
@Path("/api/v1")
public interface TenantApi {

  /** Tenants with exactly this name and environment: at most one. */
  @GET
  @Path("/tenants")
  Page<TenantState> find(@RestQuery("name") String name, @RestQuery("environment") String env);

  /** Tenants with this external id that are not deleted: at most one. */
  @GET
  @Path("/tenants")
  Page<TenantState> findByExternalId(@RestQuery("external_id") String externalId);

  /** Whether the registry may be older than the tenants. */
  @GET
  @Path("/recovery")
  Recovery recovery();

  /** A page of all tenants. */
  @GET
  @Path("/tenants")
  Page<TenantState> list(@RestQuery("after") Optional<String> after, @RestQuery("limit") int limit);

  /** A tenant; deleted ones too. */
  @GET
  @Path("/tenants/{id}")
  TenantState get(@RestPath("id") UUID id);

  /** Creates a tenant, or returns the one that has this external id already. */
  @POST
  @Path("/tenants")
  TenantState create(@HeaderParam("Idempotency-Key") String key, NewTenant tenant);

  /**
   * Changes a tenant.
   *
   * @param change the fields to set; a value of null clears it
   */
  @PATCH
  @Path("/tenants/{id}")
  TenantState update(@RestPath("id") UUID id, Map<String, @Nullable Object> change);

  /** Suspends a tenant. */
  @POST
  @Path("/tenants/{id}/suspend")
  TenantState suspend(@RestPath("id") UUID id);

  /** Resumes a suspended tenant. */
  @POST
  @Path("/tenants/{id}/resume")
  TenantState resume(@RestPath("id") UUID id);

  /**
   * Deletes a tenant.
   *
   * @return the tenant while its deletion continues; null once it is deleted
   */
  @DELETE
  @Path("/tenants/{id}")
  @Nullable TenantState delete(
      @RestPath("id") UUID id, @RestQuery("final_backup") boolean finalBackup);

  /** The tenant's connection string, with the password. */
  @GET
  @Path("/tenants/{id}/connection-string")
  Connection connection(@RestPath("id") UUID id);

  /** Gives the tenant another login role and password; the previous ones stay valid for a while. */
  @POST
  @Path("/tenants/{id}/credentials/rotate")
  void rotate(@RestPath("id") UUID id, @HeaderParam("Idempotency-Key") String key, Empty body);

  /** The tenant's quotas. */
  @GET
  @Path("/tenants/{id}/quotas")
  Quotas quotas(@RestPath("id") UUID id);

  /** Changes quotas. */
  @PATCH
  @Path("/tenants/{id}/quotas")
  Quotas setQuotas(@RestPath("id") UUID id, NewQuotas quotas);

  /** Registers the tenant with a service. */
  @PUT
  @Path("/tenants/{id}/services/{type}")
  void addService(@RestPath("id") UUID id, @RestPath("type") String type);

  /** Deregisters the tenant from a service. */
  @DELETE
  @Path("/tenants/{id}/services/{type}")
  void removeService(@RestPath("id") UUID id, @RestPath("type") String type);

  /** Issues an API key. */
  @POST
  @Path("/tenants/{id}/api-keys")
  IssuedKey issueKey(
      @RestPath("id") UUID id, @HeaderParam("Idempotency-Key") String key, NewKey request);

  /** Revokes an API key. */
  @DELETE
  @Path("/tenants/{id}/api-keys/{keyId}")
  void revokeKey(@RestPath("id") UUID id, @RestPath("keyId") UUID keyId);

  /** Recovery mode. */
  @RegisterForReflection
  record Recovery(boolean active) {}

  /** A page of a list. */
  @RegisterForReflection
  record Page<T>(List<T> items, @Nullable String next) {}

  /** A tenant in the registry. */
  @RegisterForReflection
  @JsonNaming(SnakeCaseStrategy.class)
  record TenantState(
      UUID tenantId,
      String name,
      String environment,
      Status status,
      String blueprint,
      @Nullable String blueprintVersion,
      @Nullable String region,
      @Nullable String externalId,
      @Nullable Location database,
      List<String> services,
      @Nullable Map<String, Object> metadata,
      @Nullable Deletion lastDeletion,
      @Nullable List<IssuedKey> apiKeys) {}

  /** The status of a tenant. */
  @RegisterForReflection
  enum Status {
    @JsonProperty("registered")
    REGISTERED,
    @JsonProperty("provisioning")
    PROVISIONING,
    @JsonProperty("rolling_back")
    ROLLING_BACK,
    @JsonProperty("active")
    ACTIVE,
    @JsonProperty("suspended")
    SUSPENDED,
    @JsonProperty("deleting")
    DELETING,
    @JsonProperty("deleted")
    DELETED
  }

  /** Where a tenant's data is. */
  @RegisterForReflection
  @JsonNaming(SnakeCaseStrategy.class)
  record Location(
      String cluster, String name, @Nullable String schema, @Nullable String credentialsVersion) {}

  /** The last request to delete a tenant. */
  @RegisterForReflection
  @JsonNaming(SnakeCaseStrategy.class)
  record Deletion(boolean finalBackup, @Nullable String failure) {}

  /** An API key, shown once. */
  @RegisterForReflection
  @JsonNaming(SnakeCaseStrategy.class)
  record IssuedKey(UUID keyId, String key) {

    /** Without the key. */
    @Override
    public String toString() {
      return "IssuedKey[" + keyId + "]";
    }
  }

  /** What a tenant is created from. */
  @RegisterForReflection
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(SnakeCaseStrategy.class)
  record NewTenant(
      String name,
      String environment,
      String blueprint,
      String externalId,
      @Nullable String region,
      @Nullable List<String> services,
      @Nullable Map<String, Object> metadata,
      @Nullable NewKeys apiKeys) {}

  /** API keys to issue with a tenant. */
  @RegisterForReflection
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record NewKeys(int count, @Nullable String prefix, @Nullable List<String> scopes) {}

  /** An API key to issue. */
  @RegisterForReflection
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record NewKey(String name, @Nullable String prefix, @Nullable List<String> scopes) {}

  /** A connection string and the CA certificates for it. */
  @RegisterForReflection
  @JsonNaming(SnakeCaseStrategy.class)
  record Connection(String connectionString, @Nullable String sslRootCertificate) {

    /** Without the password. */
    @Override
    public String toString() {
      return "Connection[]";
    }
  }

  /** Quotas and their usage. */
  @RegisterForReflection
  record Quotas(List<Quota> items) {}

  /** A quota. */
  @RegisterForReflection
  record Quota(String resource, int quota) {}

  /** Quotas to set. */
  @RegisterForReflection
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(SnakeCaseStrategy.class)
  record NewQuotas(@Nullable Integer apiKeys, @Nullable Integer services) {}

  /** A body without fields. */
  @RegisterForReflection
  record Empty() {}
}
