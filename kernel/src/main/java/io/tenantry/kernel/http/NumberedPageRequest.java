package io.tenantry.kernel.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.DefaultValue;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters for a page of a list whose keys are numbers.
 *
 * @param limit the page size
 * @param after the key after which the page starts; null for the first page
 */
@RegisterForReflection
public record NumberedPageRequest(
    @RestQuery
        @DefaultValue(Page.DEFAULT_LIMIT)
        @Pattern(regexp = Page.LIMIT_PATTERN, message = "must be 1 to 500")
        String limit,
    @RestQuery @Pattern(regexp = "[0-9]{1,18}", message = "must be a number")
        @Nullable String after) {

  /** The page size. */
  public int size() {
    return Integer.parseInt(limit);
  }

  /** The key after which the page starts; empty for the first page. */
  public Optional<Long> afterNumber() {
    return Optional.ofNullable(after).map(Long::valueOf);
  }
}
