package io.tenantry.kernel.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.DefaultValue;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters for a page of a list whose keys are UUIDs.
 *
 * @param limit the page size
 * @param after the key after which the page starts; null for the first page
 */
@RegisterForReflection
public record PageRequest(
    @RestQuery
        @DefaultValue(Page.DEFAULT_LIMIT)
        @Pattern(regexp = Page.LIMIT_PATTERN, message = "must be 1 to 500")
        String limit,
    @RestQuery @Pattern(regexp = Page.UUID_PATTERN, message = "must be an id")
        @Nullable String after) {

  /** The page size. */
  public int size() {
    return Integer.parseInt(limit);
  }

  /** The key after which the page starts; empty for the first page. */
  public Optional<UUID> afterId() {
    return Optional.ofNullable(after).map(UUID::fromString);
  }
}
