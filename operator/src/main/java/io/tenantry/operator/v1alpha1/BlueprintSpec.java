package io.tenantry.operator.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which files a blueprint consists of. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.name) == has(oldSelf.name) && (!has(self.name) || self.name == oldSelf.name)",
    message = "name is immutable")
@ValidationRule(
    value = "has(self.configMapRef) != has(self.configMapRefs)",
    message = "set either configMapRef or configMapRefs")
public record BlueprintSpec(
    @JsonPropertyDescription(
            "The blueprint's name, the same as in blueprint.yaml. Immutable. Default:"
                + " metadata.name.")
        @Pattern("^[a-z][a-z0-9_-]{0,31}$")
        @Nullable String name,
    @JsonPropertyDescription(
            "The ConfigMap with the files. The key blueprint.yaml is that file; every other key is"
                + " a file in migrations/, such as V1__tables.sql or V1__tables.sql.conf.")
        @Nullable LocalReference configMapRef,
    @JsonPropertyDescription(
            "Several ConfigMaps with the files, since one has at most 1 MiB. A key may occur once."
                + " A change of several ConfigMaps is pushed once they did not change for 10"
                + " seconds; to change them at once, give them new names.")
        @Size(min = 1, max = 64)
        @Nullable List<LocalReference> configMapRefs) {

  /** The names of the ConfigMaps. */
  public List<String> configMaps() {
    return Optional.ofNullable(configMapRef)
        .map(List::of)
        .or(() -> Optional.ofNullable(configMapRefs))
        .orElse(List.of())
        .stream()
        .map(LocalReference::name)
        .toList();
  }
}
