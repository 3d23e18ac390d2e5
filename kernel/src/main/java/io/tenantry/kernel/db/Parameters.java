package io.tenantry.kernel.db;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The values of a statement's parameters. Beside what the driver knows they may be an {@link
 * Instant}, a {@link Duration} (as seconds, for {@code make_interval(secs => $1)}), an enum (as its
 * text) and an {@link Optional} of any of them (NULL if empty).
 */
public final class Parameters {

  private Parameters() {}

  /** For the driver. */
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
