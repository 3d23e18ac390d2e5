package io.tenantry.kernel.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The query parameter of a request that waits for the end of an operation. It is a class because a
 * component of a record cannot have the parameter's name.
 */
@RegisterForReflection
public final class WaitRequest {

  /** In seconds; null to answer at once. */
  @Schema(
      description = "Answer when the operation has ended, after this many seconds at the latest")
  @RestQuery
  @Pattern(regexp = "[0-9]|[1-5][0-9]|60", message = "must be 0 to 60")
  public @Nullable String wait;

  /** How long to wait. */
  public Duration time() {
    return wait == null ? Duration.ZERO : Duration.ofSeconds(Long.parseLong(wait));
  }
}
