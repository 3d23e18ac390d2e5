package io.tenantry.operator.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Which restore is requested. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "self == oldSelf",
    message = "spec is immutable; create another TenantRestore for another restore")
@ValidationRule(
    value = "self.mode != 'InPlace' || has(self.confirm)",
    message = "confirm is required for InPlace: the name of the tenant whose data is replaced")
@ValidationRule(
    value = "!(has(self.backupRef) && has(self.backupId))",
    message = "set backupRef or backupId, not both")
@ValidationRule(
    value = "self.mode != 'Clone' || has(self.backupRef) || has(self.backupId)",
    message = "Clone needs backupRef or backupId")
public record TenantRestoreSpec(
    @JsonPropertyDescription("The Tenant whose data is replaced, in the same namespace. Immutable.")
        @Required
        LocalReference tenantRef,
    @JsonPropertyDescription(
            "The TenantBackup to restore, in the same namespace. Without backupRef and backupId,"
                + " InPlace restores the newest good backup of the tenant. Immutable.")
        @Nullable LocalReference backupRef,
    @JsonPropertyDescription("The id of the backup to restore, instead of backupRef. Immutable.")
        @Pattern("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
        @Nullable String backupId,
    @JsonPropertyDescription(
            "InPlace restores a backup of the tenant itself. Clone restores the backup of another"
                + " tenant, whose Tenant object is in the same namespace too, into this one, which"
                + " was created for that. Immutable.")
        @Default("InPlace")
        Mode mode,
    @JsonPropertyDescription(
            "The name in Tenantry of the tenant whose data is replaced, exactly as it is written"
                + " there. Required for InPlace, and for a Clone into a tenant that has a backup or"
                + " was restored before. Immutable.")
        @Size(min = 1, max = 255)
        @Nullable String confirm) {

  /** Whose backup is restored. */
  public enum Mode {
    @JsonProperty("InPlace")
    IN_PLACE,
    @JsonProperty("Clone")
    CLONE;

    /** Its name in the REST API. */
    @Override
    public String toString() {
      return Names.lowerCase(this);
    }
  }
}
