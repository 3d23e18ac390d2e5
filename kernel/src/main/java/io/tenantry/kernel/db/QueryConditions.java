package io.tenantry.kernel.db;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a query with optional filters, and the values of its parameters. A query has
 * only the requested conditions, so that PostgreSQL can use a suitable index for each.
 */
public final class QueryConditions {

  private final StringBuilder text = new StringBuilder();
  private final List<@Nullable Object> values = new ArrayList<>();

  /** Conditions of a query whose first parameters have these values. */
  public QueryConditions(@Nullable Object... first) {
    values.addAll(Arrays.asList(first));
  }

  /** Adds a condition without a value. */
  public QueryConditions and(String condition) {
    text.append("  AND ").append(condition).append('\n');
    return this;
  }

  /**
   * Adds a condition; nothing if the value is null.
   *
   * @param condition with {@code $%d} for the value's parameter
   */
  public QueryConditions and(String condition, @Nullable Object value) {
    return value == null ? this : and(condition.formatted(add(value)));
  }

  /**
   * Adds a value that another part of the query uses; returns its parameter, such as {@code $3}.
   */
  public String bind(Object value) {
    return "$" + add(value);
  }

  private int add(Object value) {
    values.add(value);
    return values.size();
  }

  /** The values of all parameters. */
  public List<@Nullable Object> values() {
    return Collections.unmodifiableList(values);
  }

  /** The conditions, each on a line that starts with AND. */
  @Override
  public String toString() {
    return text.toString();
  }
}
