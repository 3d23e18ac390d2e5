package io.tenantry.tenant.registry;

import io.tenantry.kernel.db.QueryConditions;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.http.Page;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The order of a list of tenants: by a column and then by id, which is unique.
 *
 * @param after the last tenant of the previous page; null for the first page
 */
record TenantOrder(Column column, boolean isDescending, @Nullable Position after) {

  private static final Pattern POSITION =
      Pattern.compile("(?:([A-Za-z0-9_-]{1,255})\\.)?(" + Page.UUID_PATTERN + ")");
  private static final Pattern MICROSECONDS = Pattern.compile("[0-9]{1,17}");

  /** The columns by which tenants can be sorted. Each has an index that ends with the id. */
  enum Column {
    TENANT_ID,
    NAME,
    CREATED_AT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A place in the order.
   *
   * @param value the column's value; null if tenants are sorted by id alone
   */
  record Position(@Nullable Object value, UUID tenantId) {}

  /** The order of ids, which is nearly that of creation. */
  static TenantOrder byId(@Nullable UUID after) {
    return new TenantOrder(
        Column.TENANT_ID, false, after == null ? null : new Position(null, after));
  }

  /**
   * The order that a caller asks for.
   *
   * @param sort a column's name, after a minus sign if descending; null for the order of ids
   * @param after {@link #positionOf} the last tenant of the previous page
   * @throws InvalidRequest if the position is not one of this order
   */
  static TenantOrder of(@Nullable String sort, @Nullable String after) {
    if (sort == null) {
      return new TenantOrder(Column.TENANT_ID, false, position(Column.TENANT_ID, after));
    }
    boolean isDescending = sort.startsWith("-");
    Column column = Column.valueOf(sort.replace("-", "").toUpperCase(Locale.ROOT));
    return new TenantOrder(column, isDescending, position(column, after));
  }

  private static @Nullable Position position(Column column, @Nullable String text) {
    if (text == null) {
      return null;
    }
    Matcher position = POSITION.matcher(text);
    if (!position.matches()) {
      throw invalidPosition();
    }
    String value = position.group(1);
    UUID tenantId = UUID.fromString(position.group(2));
    boolean isOfColumn =
        switch (column) {
          case TENANT_ID -> value == null;
          case NAME -> value != null;
          case CREATED_AT -> value != null && MICROSECONDS.matcher(value).matches();
        };
    if (!isOfColumn) {
      throw invalidPosition();
    }
    return new Position(
        column == Column.CREATED_AT
            ? Instant.EPOCH.plus(Long.parseLong(value), ChronoUnit.MICROS)
            : value,
        tenantId);
  }

  private static InvalidRequest invalidPosition() {
    return new InvalidRequest("after", "must be the next of a page with the same sort");
  }

  /** Where the page after this tenant starts. */
  String positionOf(Tenant tenant) {
    return switch (column) {
      case TENANT_ID -> tenant.tenantId().toString();
      case NAME -> tenant.name() + '.' + tenant.tenantId();
      case CREATED_AT ->
          ChronoUnit.MICROS.between(Instant.EPOCH, tenant.createdAt()) + "." + tenant.tenantId();
    };
  }

  /** Adds the condition that a tenant is after the last one of the previous page. */
  void startAfter(QueryConditions conditions) {
    if (after == null) {
      return;
    }
    String comparison = isDescending ? "<" : ">";
    if (after.value() == null) {
      conditions.and("tenant_id " + comparison + " $%d", after.tenantId());
    } else {
      conditions.and(
          "(%s, tenant_id) %s (%s, %s)"
              .formatted(
                  column,
                  comparison,
                  conditions.bind(after.value()),
                  conditions.bind(after.tenantId())));
    }
  }

  /** The terms of the query's {@code ORDER BY}. */
  String terms() {
    String direction = isDescending ? " DESC" : "";
    return column == Column.TENANT_ID
        ? "tenant_id" + direction
        : "%s%s, tenant_id%s".formatted(column, direction, direction);
  }
}
