package io.tenantry.operator.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a blueprint. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BlueprintStatus(
    @JsonPropertyDescription(
            "Ready once the files are pushed, Drifted if another version was pushed afterwards, and"
                + " for tools that follow kstatus, Reconciling and Stalled.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("The generation of spec that the conditions are about.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("The blueprint's name. It is set once this object has pushed it.")
        @Nullable String name,
    @JsonPropertyDescription("The version that was pushed last, a hash of its content.")
        @Nullable String version,
    @JsonPropertyDescription("The SHA-256 of the files that were pushed last.")
        @Nullable String contentHash,
    @JsonPropertyDescription("When they were pushed.") @Nullable String pushedAt,
    @JsonPropertyDescription(
            "Why tenants of the version before cannot be migrated to this one; absent if they can.")
        @Nullable List<String> warnings)
    implements ObjectStatus<BlueprintStatus> {

  /** Nothing is known. */
  public static final BlueprintStatus EMPTY =
      new BlueprintStatus(null, null, null, null, null, null, null);

  @Override
  public BlueprintStatus with(@Nullable List<Condition> newConditions, Long generation) {
    return new BlueprintStatus(
        newConditions, generation, name, version, contentHash, pushedAt, warnings);
  }
}
