package io.tenantry.kernel.db;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Converts the values of a statement's parameters. In addition to the driver's types, a value may
 * be an {@link Instant}, a {@link Duration} (bound as seconds, for {@code make_interval(secs =>
 * $1)}), an enum (bound as its {@code toString}) or an {@link Optional} of these (NULL if empty).
 */
public final class Parameters {

  private Parameters() {}

  /** The parameters for the driver. */
  public static Tuple of(@Nullable Object... values) {
    return Tuple.wrap(Arrays.stream(values).map(Parameters::bound).toArray());
  }

  private static @Nullable Object bound(@Nullable Object value) {
    return switch (value) {
      case Optional<?> optional -> optional.map(Parameters::bound).orElse(null);
      case Instant instant -> instant.atOffset(ZoneOffset.UTC);
      case Duration duration -> duration.toMillis() / 1000.0;
      case Enum<?> constant -> constant.toString();
      case null, default -> value;
    };
  }
}
