package io.tenantry.tenant.cluster;

import io.tenantry.tenant.blueprint.Blueprint;
import java.io.Reader;
import java.io.StringReader;
import java.util.Collection;
import java.util.stream.Stream;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/** A blueprint's migrations for Flyway, from memory: its own scanner is not in a native image. */
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

  /** One migration; its name is all the path it has. */
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
