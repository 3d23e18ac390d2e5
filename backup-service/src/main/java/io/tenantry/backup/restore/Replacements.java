package io.tenantry.backup.restore;

import io.tenantry.backup.postgres.DumpLoader;
import io.tenantry.backup.restore.Replacement.Swapped;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Selects the {@link Replacement} for a tenant's data. */
@Singleton
final class Replacements {

  private final DumpLoader loader;
  private final DatabaseReplacement databases;
  private final SchemaReplacement schemas;

  Replacements(DumpLoader loader, DatabaseReplacement databases, SchemaReplacement schemas) {
    this.loader = loader;
    this.databases = databases;
    this.schemas = schemas;
  }

  /**
   * Returns the one for this data.
   *
   * @param schema the schema of the data; empty if the data is the whole database
   */
  Replacement of(Optional<String> schema) {
    return schema.isPresent() ? schemas : databases;
  }

  /** Replaces the data, unless an earlier attempt has done so. */
  Swapped replace(RestoreWork work) throws InterruptedException {
    loader.prepareRoles(work.access(), work.target());
    Replacement replacement = of(work.target().schema());
    return replacement.isDone(work)
        ? new Swapped(true, Optional.empty(), Optional.empty(), List.of())
        : replacement.replace(work);
  }
}
