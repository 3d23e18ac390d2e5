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
 * Finds the data of a blueprint that depends on the moment or on chance, which each tenant must
 * have of its own: migrations are run twice, on databases that are dropped, and what the tables
 * hold is compared. The second run has another time zone, where it is another day.
 */
final class OwnDataFinder {

  /** Where days begin last and first. */
  private static final List<ZoneId> OUTERMOST_ZONES =
      List.of(ZoneOffset.ofHours(-12), ZoneOffset.ofHours(14));

  private final Cluster cluster;
  private final String scratch;
  private final SecureRandom random;
  private final Clock clock;

  /**
   * For one blueprint.
   *
   * @param scratch the name of the databases, which the caller alone uses
   */
  OwnDataFinder(Cluster cluster, String scratch, SecureRandom random, Clock clock) {
    this.cluster = cluster;
    this.scratch = scratch;
    this.random = random;
    this.clock = clock;
  }

  /**
   * The first migration with such data, by its file's name.
   *
   * @param data what all of them made in the blueprint's template
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

  /** What the migrations make, where no template was just built of them. */
  Map<String, String> data(Blueprint blueprint) {
    return data(blueprint, Optional.empty());
  }

  /** Where it is another day than in UTC: the outermost zones are 26 hours apart. */
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

  /** The data after each of the migrations, which run one after the other. */
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
