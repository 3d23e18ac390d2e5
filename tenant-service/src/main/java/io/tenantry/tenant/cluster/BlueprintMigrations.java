package io.tenantry.tenant.cluster;

import io.tenantry.tenant.blueprint.Blueprint;
import java.io.Reader;
import java.io.StringReader;
import java.util.Collection;
import java.util.stream.Stream;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/** Provides a blueprint's migrations to Flyway, whose own scanner fails in native executables. */
record BlueprintMigrations(Blueprint blueprint) implements ResourceProvider {

  @Override
  public @Nullable LoadableResource getResource(String name) {
    return resources().filter(r -> r.getFilename().equals(name)).findFirst().orElse(null);
  }

  @Override
  public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
    return resources()
        .filter(r -> r.getFilename().startsWith(prefix))
        .filter(r -> Stream.of(suffixes).anyMatch(r.getFilename()::endsWith))
        .toList();
  }

  private Stream<LoadableResource> resources() {
    return blueprint.migrations().stream()
        .filter(migration -> !migration.isUndo())
        .map(MigrationFile::new);
  }

  /** A migration file; its path is its name. */
  private static final class MigrationFile extends LoadableResource {

    private final Blueprint.Migration migration;

    MigrationFile(Blueprint.Migration migration) {
      this.migration = migration;
    }

    @Override
    public Reader read() {
      return new StringReader(migration.sql());
    }

    @Override
    public String getAbsolutePath() {
      return migration.fileName();
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return migration.fileName();
    }

    @Override
    public String getFilename() {
      return migration.fileName();
    }

    @Override
    public String getRelativePath() {
      return migration.fileName();
    }
  }
}
