package io.tenantry.tenant.webhook.endpoint;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The request body that rotates the signing secret of a webhook endpoint. */
public record RotateSecret(
    @Schema(description = "How messages are signed from now on; as before if omitted")
        @Nullable SigningAlgorithm algorithm,
    @Schema(description = "The new secret; generated if omitted")
        @Size(max = 200, message = "must have at most 200 characters")
        @Nullable String secret,
    @Schema(
            description =
                "How long the previous secret signs as well; 24 hours if omitted, 0 if it is no"
                    + " longer secret")
        @Min(value = 0, message = "must be at least 0")
        @Max(value = 604_800, message = "must be at most 604800")
        @Nullable Integer overlapSeconds) {

  @Override
  public String toString() {
    return "RotateSecret[]";
  }
}
