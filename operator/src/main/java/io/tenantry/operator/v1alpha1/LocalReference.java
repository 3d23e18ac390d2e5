package io.tenantry.operator.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A reference to an object in the same namespace. */
public record LocalReference(
    @JsonPropertyDescription("The name of the object, in the same namespace.")
        @Required
        @Size(min = 1, max = 253)
        String name) {}
