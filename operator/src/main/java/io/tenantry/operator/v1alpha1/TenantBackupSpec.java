package io.tenantry.operator.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Which backup is requested. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "self == oldSelf",
    message = "spec is immutable; create another TenantBackup for another backup")
public record TenantBackupSpec(
    @JsonPropertyDescription("The Tenant to back up, in the same namespace. Immutable.") @Required
        LocalReference tenantRef,
    @JsonPropertyDescription(
            "The kind of the backup: manual, emergency, which runs before all waiting jobs, or"
                + " before_migration. Immutable.")
        @Default("manual")
        @Nullable Kind kind) {

  /** A kind of backup, named as in the REST API. */
  public enum Kind {
    @JsonProperty("manual")
    MANUAL,
    @JsonProperty("emergency")
    EMERGENCY,
    @JsonProperty("before_migration")
    BEFORE_MIGRATION;

    @Override
    public String toString() {
      return Names.lowerCase(this);
    }
  }
}
