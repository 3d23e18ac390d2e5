package io.tenantry.backup.migration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads blueprint versions from tenant-service's view and caches them, because they never change.
 */
@Singleton
final class BlueprintVersions {

  private static final String MIGRATIONS = "migrations/";

  /** Cached characters: some hundred versions, or a few of the largest. */
  private static final long MAX_CACHED = 64 << 20;

  private final Database database;
  private final ObjectMapper mapper;
  private final Cache<String, BlueprintVersion> known =
      Caffeine.newBuilder()
          .maximumWeight(MAX_CACHED)
          .weigher((String key, BlueprintVersion version) -> weight(version))
          .build();

  BlueprintVersions(Database database, ObjectMapper mapper) {
    this.database = database;
    this.mapper = mapper;
  }

  /**
   * Returns the version that new tenants get.
   *
   * @throws TenantryException {@code BLUEPRINT_NOT_FOUND}
   */
  String current(String blueprint) {
    return database
        .first(
            row -> row.getString(0),
            """
            SELECT version
            FROM control_plane.blueprints_v1
            WHERE name = $1
              AND is_current
            """,
            blueprint)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.BLUEPRINT_NOT_FOUND, "There is no blueprint " + blueprint + "."));
  }

  /**
   * Returns a version with its migrations.
   *
   * @throws TenantryException {@code BLUEPRINT_NOT_FOUND}
   */
  BlueprintVersion get(String blueprint, String version) {
    return known.get(blueprint + "/" + version, key -> load(blueprint, version));
  }

  /** Returns all versions of a blueprint, newest first. */
  List<String> all(String blueprint) {
    return database.list(
        row -> row.getString(0),
        """
        SELECT version
        FROM control_plane.blueprints_v1
        WHERE name = $1
        ORDER BY accepted_at DESC, version
        """,
        blueprint);
  }

  private static int weight(BlueprintVersion version) {
    return version.sql().values().stream().mapToInt(String::length).sum();
  }

  private BlueprintVersion load(String blueprint, String version) {
    return database
        .first(
            row ->
                new BlueprintVersion(
                    blueprint, version, migrations(row.getString(0)), row.getBoolean(1)),
            """
            SELECT content::text, out_of_order
            FROM control_plane.blueprints_v1
            WHERE name = $1
              AND version = $2
            """,
            blueprint,
            version)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.BLUEPRINT_NOT_FOUND,
                    "There is no version %s of a blueprint %s.".formatted(version, blueprint)));
  }

  private Map<String, String> migrations(String content) {
    Map<String, String> migrations = new TreeMap<>();
    try {
      mapper
          .readValue(content, new TypeReference<Map<String, String>>() {})
          .forEach(
              (path, text) -> {
                if (path.startsWith(MIGRATIONS)) {
                  migrations.put(path.substring(MIGRATIONS.length()), text);
                }
              });
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored blueprint cannot be read", e);
    }
    return migrations;
  }
}
