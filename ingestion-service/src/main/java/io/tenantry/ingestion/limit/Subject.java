package io.tenantry.ingestion.limit;

import java.util.Locale;
import java.util.UUID;

/**
 * The tenant or instance that a limit applies to.
 *
 * @param id the id of the tenant or the instance
 */
public record Subject(Kind kind, UUID id) {

  /** The kinds of subjects. */
  public enum Kind {
    TENANT,
    INSTANCE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static Subject tenant(UUID id) {
    return new Subject(Kind.TENANT, id);
  }

  public static Subject instance(UUID id) {
    return new Subject(Kind.INSTANCE, id);
  }
}
