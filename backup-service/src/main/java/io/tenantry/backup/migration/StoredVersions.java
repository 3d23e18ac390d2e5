package io.tenantry.backup.migration;

import jakarta.inject.Singleton;
import java.util.List;

/** Blueprint versions and golden templates as tenant-service stores them. */
@Singleton
final class StoredVersions implements Planner.Versions {

  private final BlueprintVersions versions;
  private final GoldenTemplates templates;

  StoredVersions(BlueprintVersions versions, GoldenTemplates templates) {
    this.versions = versions;
    this.templates = templates;
  }

  @Override
  public BlueprintVersion get(String blueprint, String version) {
    return versions.get(blueprint, version);
  }

  @Override
  public List<String> all(String blueprint) {
    return versions.all(blueprint);
  }

  @Override
  public List<HistoryRow> history(BlueprintVersion version) {
    return templates.get(version).history();
  }
}
