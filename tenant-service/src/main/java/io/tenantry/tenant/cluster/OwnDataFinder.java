package io.tenantry.tenant.cluster;

import io.tenantry.tenant.blueprint.Blueprint;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * Finds data of a blueprint that depends on the time or on random values, which must be created per
 * tenant instead of cloned. The migrations run twice, in temporary databases, and the resulting
 * data is compared. The second run uses a time zone with another date.
 */
final class OwnDataFinder {

  /** The time zones with the earliest and the latest date. */
  private static final List<ZoneId> OUTERMOST_ZONES =
      List.of(ZoneOffset.ofHours(-12), ZoneOffset.ofHours(14));

  private final Cluster cluster;
  private final String scratch;
  private final SecureRandom random;
  private final Clock clock;

  /**
   * Compares runs in scratch databases.
   *
   * @param scratch the name of the scratch databases, which no other code uses
   */
  OwnDataFinder(Cluster cluster, String scratch, SecureRandom random, Clock clock) {
    this.cluster = cluster;
    this.scratch = scratch;
    this.random = random;
    this.clock = clock;
  }

  /**
   * The file name of the first migration with such data; empty if there is none.
   *
   * @param data the data that all migrations created in the blueprint's template
   */
  Optional<String> first(Blueprint blueprint, Map<String, String> data) {
    if (data.isEmpty()) {
      return Optional.empty();
    }
    ZoneId otherZone = zoneOfAnotherDay();
    if (data(blueprint, Optional.of(otherZone)).equals(data)) {
      return Optional.empty();
    }
    SchemaScript migrations = SchemaScript.of(blueprint, cluster.connections().jdbcToCatalog());
    List<Map<String, String>> inOtherZone =
        dataOfEach(blueprint, migrations, Optional.of(otherZone));
    List<Map<String, String>> inUtc = dataOfEach(blueprint, migrations, Optional.empty());
    List<String> scripts = migrations.scripts();
    return IntStream.range(0, scripts.size())
        .filter(n -> !inUtc.get(n).equals(inOtherZone.get(n)))
        .mapToObj(scripts::get)
        .findFirst();
  }

  /** The data that the migrations create; used if no template was just built. */
  Map<String, String> data(Blueprint blueprint) {
    return data(blueprint, Optional.empty());
  }

  /** A time zone whose date differs from UTC; the outermost zones are 26 hours apart. */
  private ZoneId zoneOfAnotherDay() {
    LocalDate today = LocalDate.now(clock.withZone(ZoneOffset.UTC));
    return OUTERMOST_ZONES.stream()
        .filter(zone -> !LocalDate.now(clock.withZone(zone)).equals(today))
        .findFirst()
        .orElseThrow();
  }

  private Map<String, String> data(Blueprint blueprint, Optional<ZoneId> zone) {
    return onScratch(
        blueprint,
        zone,
        database -> {
          DataSource source = database.asBuilder();
          new TemplateContent(blueprint, source, zone).migrate();
          return DataHashes.of(source);
        });
  }

  /** The data after each migration. */
  private List<Map<String, String>> dataOfEach(
      Blueprint blueprint, SchemaScript migrations, Optional<ZoneId> zone) {
    return onScratch(
        blueprint,
        zone,
        database -> {
          DataSource source = database.asBuilderOfScripts();
          List<Map<String, String>> data = new ArrayList<>();
          try (Connection connection = source.getConnection()) {
            migrations.runEach(
                connection, TemplateContent.setZone(zone), () -> data.add(DataHashes.of(source)));
          }
          return data;
        });
  }

  private interface Run<T> {
    T on(BlueprintDatabase database) throws SQLException;
  }

  private <T> T onScratch(Blueprint blueprint, Optional<ZoneId> zone, Run<T> run) {
    try (BlueprintDatabase database =
        BlueprintDatabase.create(cluster, scratch, blueprint.locale(), random)) {
      try {
        new TemplateContent(blueprint, database.asBuilder(), zone).prepare();
        return run.on(database);
      } catch (SQLException e) {
        throw new IllegalStateException(
            "the data of blueprint " + blueprint.name() + " could not be compared", e);
      } finally {
        database.drop();
      }
    }
  }
}
