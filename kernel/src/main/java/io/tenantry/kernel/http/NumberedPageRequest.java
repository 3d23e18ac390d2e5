package io.tenantry.kernel.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.DefaultValue;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The page of a list that a request asks for: query parameters of a list whose keys are numbers.
 *
 * @param limit how many items, at most
 * @param after the key after which the page begins; null for the first page
 */
@RegisterForReflection
public record NumberedPageRequest(
    @RestQuery
        @DefaultValue(Page.DEFAULT_LIMIT)
        @Pattern(regexp = Page.LIMIT_PATTERN, message = "must be 1 to 500")
        String limit,
    @RestQuery @Pattern(regexp = "[0-9]{1,18}", message = "must be a number")
        @Nullable String after) {

  /** How many items, at most. */
  public int size() {
    return Integer.parseInt(limit);
  }

  /** The key after which the page begins; empty for the first page. */
  public Optional<Long> afterNumber() {
    return Optional.ofNullable(after).map(Long::valueOf);
  }
}
