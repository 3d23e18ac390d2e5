package io.tenantry.operator.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is requested of a tenant. Fields with a default are set by the API server. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.name) == has(oldSelf.name) && (!has(self.name) || self.name == oldSelf.name)",
    message = "name is immutable")
@ValidationRule(
    value = "self.environment == oldSelf.environment",
    message = "environment is immutable")
@ValidationRule(value = "self.blueprint == oldSelf.blueprint", message = "blueprint is immutable")
@ValidationRule(
    value =
        "has(self.region) == has(oldSelf.region)"
            + " && (!has(self.region) || self.region == oldSelf.region)",
    message = "region is immutable")
public record TenantSpec(
    @JsonPropertyDescription(
            "The tenant's name in Tenantry, unique within the environment. Immutable."
                + " Default: metadata.name.")
        @Pattern("^[A-Za-z0-9_-]{1,255}$")
        @Nullable String name,
    @JsonPropertyDescription("The environment: development, staging or production. Immutable.")
        @Required
        Environment environment,
    @JsonPropertyDescription("The blueprint that the tenant is created from. Immutable.")
        @Default("car")
        String blueprint,
    @JsonPropertyDescription(
            "The region of the tenant's database. Immutable. Default: the default region of"
                + " Tenantry.")
        @Nullable String region,
    @JsonPropertyDescription(
            "The services that the tenant is registered with. Default: those of the blueprint.")
        @Nullable List<Service> services,
    @JsonPropertyDescription(
            "Data of your own that is stored with the tenant, any JSON. Keys that are not listed"
                + " here do not change.")
        @PreserveUnknownFields
        @Nullable Map<String, Object> metadata,
    @JsonPropertyDescription(
            "API keys to issue. They are stored in a Secret of their own. Changes are not applied"
                + " to keys that were issued already.")
        @Nullable ApiKeys apiKeys,
    @JsonPropertyDescription("Quotas that differ from those of the blueprint.")
        @Nullable Limits limits,
    @JsonPropertyDescription(
            "The name of the Secret with the connection, in the form of servicebinding.io."
                + " Default: metadata.name with the suffix -credentials.")
        @Pattern("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")
        @Nullable String secretName,
    @JsonPropertyDescription(
            "What happens to the tenant when this object is deleted. Retain keeps it unchanged,"
                + " Suspend blocks its logins and keeps its data, Delete deletes it with its data."
                + " The policy at the time of the deletion counts.")
        @Default("Retain")
        DeletionPolicy deletionPolicy,
    @JsonPropertyDescription(
            "Whether a deletion with the policy Delete waits for a last backup. If the backup fails"
                + " the tenant is kept, suspended.")
        @Default("true")
        @Nullable Boolean finalBackup,
    @JsonPropertyDescription(
            "Takes over a tenant that exists already and that no other object owns. Its name,"
                + " environment and blueprint must be those of this object, and the namespace must"
                + " permit adoption.")
        @Nullable Adopt adopt,
    @JsonPropertyDescription("Whether the tenant is suspended: its logins are blocked.")
        @Default("false")
        @Nullable Boolean suspended) {

  /** Whether the tenant shall be suspended. */
  public boolean isSuspended() {
    return Boolean.TRUE.equals(suspended);
  }

  /** Whether a deletion waits for a last backup. */
  public boolean isFinalBackup() {
    return !Boolean.FALSE.equals(finalBackup);
  }

  /** An environment, named as in the REST API. */
  public enum Environment {
    @JsonProperty("development")
    DEVELOPMENT,
    @JsonProperty("staging")
    STAGING,
    @JsonProperty("production")
    PRODUCTION;

    @Override
    public String toString() {
      return Names.lowerCase(this);
    }
  }

  /** A service that a tenant can be registered with. */
  public enum Service {
    @JsonProperty("auth")
    AUTH,
    @JsonProperty("realtime")
    REALTIME,
    @JsonProperty("storage")
    STORAGE;

    @Override
    public String toString() {
      return Names.lowerCase(this);
    }
  }

  /** What happens to the tenant when its object is deleted. */
  public enum DeletionPolicy {
    @JsonProperty("Retain")
    RETAIN,
    @JsonProperty("Suspend")
    SUSPEND,
    @JsonProperty("Delete")
    DELETE
  }

  /** API keys to issue. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ApiKeys(
      @JsonPropertyDescription("The number of keys.") @Required @Min(1) @Max(100) int count,
      @JsonPropertyDescription("What each key starts with. Default: that of the blueprint.")
          @Pattern("^[a-z][a-z0-9]{0,15}$")
          @Nullable String prefix,
      @JsonPropertyDescription("The scopes of the keys. Default: those of the blueprint.")
          @Nullable List<String> scopes,
      @JsonPropertyDescription(
              "The name of the Secret with the keys, as key-1, key-2 and so on. Default:"
                  + " metadata.name with the suffix -api-keys.")
          @Pattern("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")
          @Nullable String secretName) {}

  /** Quotas. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Limits(
      @JsonPropertyDescription("The maximum number of API keys.") @Min(0) @Max(10000)
          @Nullable Integer apiKeys,
      @JsonPropertyDescription("The maximum number of services.") @Min(0) @Max(3)
          @Nullable Integer services) {}

  /** Which existing tenant to take over. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.tenantId) != (has(self.byName) && self.byName)",
      message = "set either tenantId, or byName to true")
  public record Adopt(
      @JsonPropertyDescription("The id of the tenant.")
          @Pattern("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
          @Nullable String tenantId,
      @JsonPropertyDescription("Whether to take over the tenant with this name and environment.")
          @Nullable Boolean byName) {}
}
