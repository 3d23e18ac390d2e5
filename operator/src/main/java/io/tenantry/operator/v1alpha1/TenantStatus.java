package io.tenantry.operator.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of a tenant. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TenantStatus(
    @JsonPropertyDescription(
            "Ready, Provisioned, SecretReady, Deleting, Drifted, and for tools that follow"
                + " kstatus, Reconciling and Stalled.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("The generation of spec that the conditions are about.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("The id of the tenant. It is set as soon as this object owns it.")
        @Nullable String tenantId,
    @JsonPropertyDescription("The database of the tenant.") @Nullable String database,
    @JsonPropertyDescription("The schema of the tenant, if it has no database of its own.")
        @Nullable String schema,
    @JsonPropertyDescription("The version of the blueprint that the tenant is at.")
        @Nullable String blueprintVersion,
    @JsonPropertyDescription("The PostgreSQL cluster of the tenant.") @Nullable String cluster,
    @JsonPropertyDescription("The region of the tenant.") @Nullable String region,
    @JsonPropertyDescription("The Secret with the connection, by the rules of servicebinding.io.")
        @Nullable Binding binding,
    @JsonPropertyDescription("The Secret with the API keys, and their ids.")
        @Nullable IssuedApiKeys apiKeys,
    @JsonPropertyDescription("When the newest good backup was completed.")
        @Nullable String lastBackup,
    @JsonPropertyDescription(
            "The value of the annotation tenantry.io/rotate-credentials that was handled last.")
        @Nullable String rotatedFor,
    @JsonPropertyDescription(
            "The part of spec that was applied last. What differs from it is applied, so that"
                + " changes by others stay.")
        @Nullable Applied applied)
    implements ObjectStatus<TenantStatus> {

  /** Nothing is known. */
  public static final TenantStatus EMPTY =
      new TenantStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null);

  @Override
  public TenantStatus with(@Nullable List<Condition> newConditions, Long generation) {
    return with(newConditions, generation, lastBackup);
  }

  /** This status with another time of the newest backup. */
  public TenantStatus with(@Nullable String backup) {
    return with(conditions, observedGeneration, backup);
  }

  private TenantStatus with(
      @Nullable List<Condition> newConditions, @Nullable Long generation, @Nullable String backup) {
    return new TenantStatus(
        newConditions,
        generation,
        tenantId,
        database,
        schema,
        blueprintVersion,
        cluster,
        region,
        binding,
        apiKeys,
        backup,
        rotatedFor,
        applied);
  }

  /** A reference to a Secret. */
  public record Binding(@JsonPropertyDescription("The name of the Secret.") String name) {}

  /** API keys that were issued for this object. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record IssuedApiKeys(
      @JsonPropertyDescription("The name of the Secret.") String secretName,
      @JsonPropertyDescription("The ids of the keys, without the secrets.") List<String> ids) {}

  /** The mutable part of a spec. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Applied(
      @JsonPropertyDescription("spec.metadata.") @PreserveUnknownFields
          @Nullable Map<String, Object> metadata,
      @JsonPropertyDescription("spec.services.") @Nullable List<TenantSpec.Service> services,
      @JsonPropertyDescription("spec.limits.") TenantSpec.@Nullable Limits limits,
      @JsonPropertyDescription("spec.suspended.") boolean suspended) {

    /** That of a spec. */
    public static Applied of(TenantSpec spec) {
      return new Applied(spec.metadata(), spec.services(), spec.limits(), spec.isSuspended());
    }
  }
}
