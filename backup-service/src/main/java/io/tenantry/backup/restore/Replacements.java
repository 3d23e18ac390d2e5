package io.tenantry.backup.restore;

import io.tenantry.backup.postgres.Loads;
import io.tenantry.backup.restore.Replacement.Swapped;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Knows which {@link Replacement} a tenant's data needs. */
@Singleton
final class Replacements {

  private final Loads loads;
  private final DatabaseReplacement databases;
  private final SchemaReplacement schemas;

  Replacements(Loads loads, DatabaseReplacement databases, SchemaReplacement schemas) {
    this.loads = loads;
    this.databases = databases;
    this.schemas = schemas;
  }

  /**
   * The one for this data.
   *
   * @param schema where the data is in its database; empty if the whole database is it
   */
  Replacement of(Optional<String> schema) {
    return schema.isPresent() ? schemas : databases;
  }

  /** Does what no attempt before has done. */
  Swapped replace(RestoreWork work) throws InterruptedException {
    loads.prepareRoles(work.access(), work.target());
    Replacement replacement = of(work.target().schema());
    return replacement.isDone(work)
        ? new Swapped(true, Optional.empty(), Optional.empty(), List.of())
        : replacement.replace(work);
  }
}
