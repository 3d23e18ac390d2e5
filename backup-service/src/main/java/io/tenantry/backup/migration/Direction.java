package io.tenantry.backup.migration;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/** The direction of a migration. */
@RegisterForReflection
public enum Direction {
  /** To a newer version, by its migrations. */
  FORWARD,
  /** Back to an older version, by the {@code U} scripts of the newer one. */
  ROLLBACK;

  /** By its name in the API and the database. */
  public static Direction of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Its name in the API and the database. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
