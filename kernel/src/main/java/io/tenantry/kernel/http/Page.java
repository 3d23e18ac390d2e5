package io.tenantry.kernel.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One page of a list, by keyset: the next begins after the last item's key, however far down.
 *
 * @param items the items, in the list's order
 * @param next what to send as {@code after} for the following page; absent on the last
 */
@RegisterForReflection
public record Page<T>(List<T> items, Optional<String> next) {

  /** How many items a page has that asks for no number. */
  public static final String DEFAULT_LIMIT = "50";

  /** 1 to 500. */
  public static final String LIMIT_PATTERN = "[1-9]|[1-9][0-9]|[1-4][0-9][0-9]|500";

  /** A UUID, as keys are. */
  public static final String UUID_PATTERN = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

  /**
   * A page of {@code limit} items from a query that asked for one more, to see whether there are.
   */
  public static <T> Page<T> of(List<T> oneMore, int limit, Function<T, Object> key) {
    return oneMore.size() <= limit
        ? new Page<>(List.copyOf(oneMore), Optional.empty())
        : new Page<>(
            List.copyOf(oneMore.subList(0, limit)),
            Optional.of(key.apply(oneMore.get(limit - 1)).toString()));
  }
}
