package io.tenantry.tenant.blueprint;

import static io.restassured.config.HttpClientConfig.httpClientConfig;
import static io.restassured.config.RestAssuredConfig.config;
import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.testing.LocalStackResource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Migrations as real projects have them. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class RealMigrationsTest {

  private static final String DUMP =
      """
      --
      -- PostgreSQL database dump
      --

      SET statement_timeout = 0;
      SET lock_timeout = 0;
      SET idle_in_transaction_session_timeout = 0;
      SET client_encoding = 'UTF8';
      SET standard_conforming_strings = on;
      SET check_function_bodies = false;
      SET client_min_messages = warning;
      SET row_security = off;

      CREATE TYPE kind AS ENUM ('card', 'cash');
      CREATE FUNCTION rows() RETURNS bigint
          LANGUAGE sql
          AS $$ SELECT count(*) FROM seeds; $$;

      SET default_tablespace = '';
      SET default_table_access_method = heap;

      CREATE TABLE seeds (
          id bigint NOT NULL,
          kind kind DEFAULT 'card' NOT NULL,
          label text
      );
      CREATE SEQUENCE seeds_id_seq START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
      ALTER SEQUENCE seeds_id_seq OWNED BY seeds.id;
      ALTER TABLE ONLY seeds ALTER COLUMN id SET DEFAULT nextval('seeds_id_seq'::regclass);

      COPY seeds (id, kind, label) FROM stdin;
      1\tcard\ta label with a \\\\ and a \\t
      2\tcash\t\\N
      \\.

      SELECT pg_catalog.setval('seeds_id_seq', 2, true);

      ALTER TABLE ONLY seeds ADD CONSTRAINT seeds_pkey PRIMARY KEY (id);
      """;

  private final String name = "b" + UUID.randomUUID().toString().substring(0, 8);

  @Test
  @Tag("S1")
  void fillsSchemaByThousandsOfStatements() throws Exception {
    String sql =
        "CREATE TABLE a (i int);\n"
            + IntStream.range(0, 5000)
                .mapToObj("INSERT INTO a VALUES (%d);"::formatted)
                .collect(Collectors.joining("\n"));

    put(Isolation.SCHEMA, Map.of("V1__a.sql", sql));

    assertThat(query("SELECT count(*) FROM a")).containsExactly("5000");
  }

  @ParameterizedTest
  @EnumSource
  @Tag("F1")
  @Tag("F2")
  @Tag("F8")
  void acceptsDumpWithMegabytesOfRows(Isolation isolation) throws Exception {
    String rows =
        IntStream.range(3, 60_000)
            .mapToObj(i -> "%d\tcard\t%s\n".formatted(i, "seed ".repeat(10)))
            .collect(Collectors.joining());

    put(
        isolation,
        Map.of(
            "V1__dump of it.sql",
            "\ufeff" + DUMP,
            "V2__seeds-more.sql",
            "COPY seeds FROM stdin;\n" + rows + "\\.\n",
            "V2__seeds-more.sql.conf",
            "placeholderReplacement=false\nexecuteInTransaction=true",
            "R__it's a view.sql",
            "\ufeffCREATE OR REPLACE VIEW counted AS SELECT count(*) FROM seeds;"));

    assertThat(query("SELECT count FROM counted")).containsExactly("59999");
    assertThat(query("SELECT label FROM seeds WHERE id = 1"))
        .containsExactly("a label with a \\ and a \t");
    assertThat(
            query(
                "SELECT script || ' ' || description FROM flyway_schema_history ORDER BY installed_rank"))
        .containsExactly(
            "V1__dump of it.sql dump of it",
            "V2__seeds-more.sql seeds-more",
            "R__it's a view.sql it's a view");
  }

  @ParameterizedTest
  @EnumSource
  void acceptsTwoHundredVersions(Isolation isolation) throws Exception {
    Map<String, String> versions = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      versions.put(
          "V1_%d__table-%d.sql".formatted(i, i),
          "CREATE TABLE t%1$d (id int PRIMARY KEY, at date);\nINSERT INTO t%1$d VALUES (%1$d);"
              .formatted(i));
    }

    put(isolation, versions);

    assertThat(query("SELECT count(*) FROM flyway_schema_history")).containsExactly("200");
    assertThat(query("SELECT id FROM t199")).containsExactly("199");
  }

  @Test
  void runsFilesOfManyMegabytes() throws Exception {
    String comment = "-- %s\n".formatted("x".repeat(1000)).repeat(12 << 10);

    put(
        Isolation.DATABASE,
        Map.of("V1__large.sql", "CREATE TABLE large (i int);\n" + comment + "SELECT 1;"));

    assertThat(query("SELECT count(*) FROM large")).containsExactly("0");
  }

  /** Such a body is read to its end: what is wrong in it is named. */
  @Test
  void readsFilesOfTensOfMegabytes() {
    validate(
            Map.of(
                "V1__a.sql", "CREATE TABLE a (i int)",
                "V2__b.txt", "x".repeat(30 << 20),
                "V3__c.txt", "x"))
        .statusCode(422)
        .body("errors.field", hasItems("files.migrations/V2__b.txt", "files.migrations/V3__c.txt"));
  }

  private ValidatableResponse validate(Map<String, String> migrations) {
    return asAdmin()
        .config(config().httpClient(httpClientConfig().setParam("http.socket.timeout", 120_000)))
        .body(Map.of("files", files(Isolation.DATABASE, migrations)))
        .post("/api/v1/blueprints/" + name + "/validate")
        .then();
  }

  private Map<String, String> files(Isolation isolation, Map<String, String> migrations) {
    Map<String, String> files = new TreeMap<>();
    files.put(
        "blueprint.yaml",
        "name: %1$s\nisolation: %2$s\nnaming: %1$s_{tenant_id}\n"
            .formatted(name, isolation.name().toLowerCase(Locale.ROOT)));
    migrations.forEach((file, text) -> files.put("migrations/" + file, text));
    return files;
  }

  private void put(Isolation isolation, Map<String, String> migrations) {
    asAdmin()
        .config(config().httpClient(httpClientConfig().setParam("http.socket.timeout", 120_000)))
        .body(Map.of("files", files(isolation, migrations)))
        .put("/api/v1/blueprints/" + name)
        .then()
        .body("errors", equalTo(null))
        .statusCode(201);
  }

  /** Of a new tenant. The first of a blueprint waits until its template is made. */
  private List<String> query(String sql) throws SQLException {
    String tenant =
        asAdmin()
            .config(
                config().httpClient(httpClientConfig().setParam("http.socket.timeout", 120_000)))
            .body(
                "{\"name\":\"%s\",\"environment\":\"production\",\"blueprint\":\"%s\"}"
                    .formatted(newName(), name))
            .post(TENANTS)
            .then()
            .statusCode(201)
            .extract()
            .path("tenant_id");
    String connection = TenantConnections.of(UUID.fromString(tenant));
    try (Connection own =
        Postgres.connect(connection, connection.replaceFirst(".*/([^/?]+)(\\?.*)?$", "$1"))) {
      return Postgres.column(own, sql);
    }
  }
}
