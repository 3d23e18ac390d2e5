package io.tenantry.backup.migration;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** Which way. */
@RegisterForReflection
public enum Direction {
  /** To a newer version, by its migrations. */
  forward,
  /** Back to an older version, by the {@code U} scripts of the newer one. */
  rollback
}
