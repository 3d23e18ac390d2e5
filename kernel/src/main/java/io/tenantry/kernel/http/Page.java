package io.tenantry.kernel.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One page of a list, with keyset pagination: the next page starts after the last item's key.
 *
 * @param items the items, in the list's order
 * @param next the value of {@code after} for the next page; absent on the last page
 */
@RegisterForReflection
public record Page<T>(List<T> items, Optional<String> next) {

  /** The default page size. */
  public static final String DEFAULT_LIMIT = "50";

  /** 1 to 500. */
  public static final String LIMIT_PATTERN = "[1-9]|[1-9][0-9]|[1-4][0-9][0-9]|500";

  /** A UUID. */
  public static final String UUID_PATTERN = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

  /**
   * A page of {@code limit} items, from a query for one item more, which shows whether there is a
   * next page.
   */
  public static <T> Page<T> of(List<T> oneMore, int limit, Function<T, Object> key) {
    return oneMore.size() <= limit
        ? new Page<>(List.copyOf(oneMore), Optional.empty())
        : new Page<>(
            List.copyOf(oneMore.subList(0, limit)),
            Optional.of(key.apply(oneMore.get(limit - 1)).toString()));
  }
}
