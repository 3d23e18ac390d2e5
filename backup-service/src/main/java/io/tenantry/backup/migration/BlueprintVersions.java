package io.tenantry.backup.migration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/** The versions of blueprints, as tenant-service stores them; what was read once never changes. */
@Singleton
final class BlueprintVersions {

  private static final String MIGRATIONS = "migrations/";

  /** Characters: some hundred versions, or a few of the largest. */
  private static final long REMEMBERED = 64 << 20;

  private final Database database;
  private final ObjectMapper mapper;
  private final Cache<String, BlueprintVersion> known =
      Caffeine.newBuilder()
          .maximumWeight(REMEMBERED)
          .weigher((String key, BlueprintVersion version) -> weight(version))
          .build();

  BlueprintVersions(Database database, ObjectMapper mapper) {
    this.database = database;
    this.mapper = mapper;
  }

  /**
   * The version that new tenants are made from.
   *
   * @throws TenantryException {@code BLUEPRINT_NOT_FOUND}
   */
  String current(String blueprint) {
    for (Row row :
        database.run(
            """
            SELECT version
            FROM control_plane.blueprints_v1
            WHERE name = $1
              AND is_current
            """,
            blueprint)) {
      return row.getString(0);
    }
    throw new TenantryException(
        ErrorCode.BLUEPRINT_NOT_FOUND, "There is no blueprint " + blueprint + ".");
  }

  /**
   * A version with its migrations.
   *
   * @throws TenantryException {@code BLUEPRINT_NOT_FOUND}
   */
  BlueprintVersion get(String blueprint, String version) {
    return known.get(blueprint + "/" + version, key -> load(blueprint, version));
  }

  /** All versions of a blueprint, the newest first. */
  List<String> all(String blueprint) {
    return StreamSupport.stream(
            database
                .run(
                    """
                    SELECT version
                    FROM control_plane.blueprints_v1
                    WHERE name = $1
                    ORDER BY accepted_at DESC, version
                    """,
                    blueprint)
                .spliterator(),
            false)
        .map(row -> row.getString(0))
        .toList();
  }

  private static int weight(BlueprintVersion version) {
    return version.sql().values().stream().mapToInt(String::length).sum();
  }

  private BlueprintVersion load(String blueprint, String version) {
    for (Row row :
        database.run(
            """
            SELECT content::text, out_of_order
            FROM control_plane.blueprints_v1
            WHERE name = $1
              AND version = $2
            """,
            blueprint,
            version)) {
      return new BlueprintVersion(
          blueprint, version, migrations(row.getString(0)), row.getBoolean(1));
    }
    throw new TenantryException(
        ErrorCode.BLUEPRINT_NOT_FOUND,
        "There is no version %s of a blueprint %s.".formatted(version, blueprint));
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
