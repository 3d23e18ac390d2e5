package io.tenantry.kernel.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.migration.MigrationScript.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts are read as Flyway reads them; what cannot run on tenants is refused with its line. */
class MigrationScriptTest {

  @Test
  @Tag("F1")
  void leavesOutByteOrderMarks() {
    MigrationScript script = parse("\ufeffCREATE TABLE a ();\nCREATE \ufeffTABLE b ();");

    assertThat(script.statements())
        .extracting(Statement::sql)
        .containsExactly("CREATE TABLE a ()", "CREATE TABLE b ()");
  }

  @Test
  @Tag("F2")
  void separatesRowsFromStatements() {
    MigrationScript script =
        parse(
            "CREATE TABLE a (i int);\n-- the rows\nCOPY a FROM stdin;\n1\n2;\n\\.\n\nSELECT 1;\n");

    assertThat(script.transactional()).isTrue();
    assertThat(script.copiesRows()).isTrue();
    assertThat(script.statements())
        .containsExactly(
            new Statement(1, "CREATE TABLE a (i int)", Optional.empty()),
            new Statement(3, "-- the rows\nCOPY a FROM stdin", Optional.of("1\n2;\n")),
            new Statement(8, "SELECT 1", Optional.empty()));
  }

  @Test
  @Tag("F2")
  void refusesRowsWithoutAnEnd() {
    assertThatThrownBy(() -> parse("SELECT 1;\nCOPY a FROM stdin;\n1\n2\n"))
        .isInstanceOf(ScriptRefused.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("\\.");
  }

  @Test
  @Tag("F9")
  void givesFlywaysReasonForMixedStatements() {
    assertThatThrownBy(
            () -> parse("CREATE TABLE a (i int);\n\nCREATE INDEX CONCURRENTLY a_i ON a (i);\n"))
        .isInstanceOf(ScriptRefused.class)
        .hasMessage(
            "line 3: Detected both transactional and non-transactional statements within the same migration (even though mixed is false). Offending statement found at line 3");
    assertThat(
            MigrationScript.parse(
                    "CREATE TABLE a (i int);\nCREATE INDEX CONCURRENTLY a_i ON a (i);",
                    Optional.of("executeInTransaction=false"))
                .transactional())
        .isFalse();
  }

  @Test
  void keepsPlaceholdersWhereConfigured() {
    String sql = "SELECT '${name}'";

    assertThat(
            MigrationScript.parse(sql, Optional.of("# as they are\nplaceholderReplacement=false\n"))
                .statements())
        .containsExactly(new Statement(1, sql, Optional.empty()));
    assertThatThrownBy(() -> parse(sql)).hasMessageContaining("${name}");
  }

  @ParameterizedTest
  @CsvSource({
    "executeInTransaction=maybe,executeInTransaction",
    "shouldExecute=false,shouldExecute",
    "mixed=true,mixed",
    "encoding=ISO-8859-1,UTF-8"
  })
  void refusesSettingsThatFlywayRefuses(String config, String reason) {
    assertThatThrownBy(() -> MigrationScript.parse("SELECT 1", Optional.of(config)))
        .isInstanceOf(ScriptRefused.class)
        .hasMessageContaining(reason);
    assertThat(MigrationScript.parse("SELECT 1", Optional.of("encoding=utf-8")).transactional())
        .isTrue();
  }

  @ParameterizedTest
  @Tag("F3")
  @ValueSource(
      strings = {
        "BEGIN",
        "begin work",
        "START TRANSACTION READ ONLY",
        "COMMIT",
        "Commit AND CHAIN",
        "END",
        "ROLLBACK",
        "ROLLBACK WORK",
        "ABORT",
        "PREPARE TRANSACTION 'x'",
        "COMMIT PREPARED 'x'",
        "ROLLBACK PREPARED 'x'",
        "RESET ALL",
        "DISCARD ALL",
        "SET ROLE x",
        "SET LOCAL ROLE NONE",
        "RESET ROLE",
        "SET SESSION AUTHORIZATION DEFAULT",
        "/* a /* b */ */ COMMIT"
      })
  void refusesTransactionControlAndWhatUndoesTheSession(String sql) {
    assertThat(refusals("SELECT 1;\n-- why\n" + sql + ";\nSELECT 2;"))
        .singleElement()
        .satisfies(
            refused -> assertThat(refused).hasMessageStartingWith("line 3: " + firstWord(sql)));
  }

  private static String firstWord(String sql) {
    return sql.replaceAll("/\\*.*\\*/ ", "").split(" ", 2)[0].toUpperCase(Locale.ROOT);
  }

  @ParameterizedTest
  @Tag("F4")
  @ValueSource(
      strings = {
        "CREATE ROLE x NOLOGIN",
        "CREATE USER x",
        "ALTER ROLE x SET a = 1",
        "ALTER USER x",
        "DROP GROUP x",
        "CREATE DATABASE x",
        "ALTER DATABASE x SET timezone = 'UTC'",
        "DROP DATABASE x",
        "CREATE TABLESPACE x LOCATION '/x'",
        "ALTER SYSTEM SET a = 1",
        "CREATE SUBSCRIPTION x",
        "COMMENT ON ROLE x IS ''",
        "COMMENT ON DATABASE x IS ''",
        "SECURITY LABEL FOR y ON ROLE x IS ''",
        "GRANT a TO b",
        "REVOKE ADMIN OPTION FOR a FROM b",
        "GRANT CONNECT ON DATABASE x TO y",
        "GRANT SET ON PARAMETER x TO y",
        "REASSIGN OWNED BY x TO y",
        "DROP OWNED BY x",
        "CHECKPOINT"
      })
  void refusesWhatReachesBeyondTheDatabase(String sql) {
    assertThat(refusals("CREATE TABLE base ();\n" + sql + ";"))
        .singleElement()
        .satisfies(
            refused ->
                assertThat(refused)
                    .hasMessageStartingWith("line 2: ")
                    .hasMessageContaining("beyond the tenant's database"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SAVEPOINT a; ROLLBACK TO a; RELEASE a",
        "ROLLBACK WORK TO SAVEPOINT a",
        "RESET work_mem",
        "DISCARD TEMP",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        "SET role_name.x = 1",
        "PREPARE a AS SELECT 1",
        "CREATE USER MAPPING FOR CURRENT_USER SERVER s",
        "DROP USER MAPPING FOR x SERVER s",
        "GRANT SELECT (a, b) ON t TO x",
        "GRANT USAGE ON SCHEMA s TO x",
        "ALTER TABLE t OWNER TO x",
        "COMMENT ON TABLE t IS 'COMMIT'",
        "CREATE TABLE \"role\" ()",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO x",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$",
        "-- COMMIT;\nSELECT 'BEGIN; COMMIT;'"
      })
  void acceptsStatementsThatOnlyLookAlike(String sql) {
    assertThat(refusals(sql)).isEmpty();
  }

  @Test
  @Tag("F8")
  void limitsAreSetAgainAfterWhatMayChangeThem() {
    String sql =
        "CREATE TABLE a (i int); SET lock_timeout = 0; INSERT INTO a VALUES (1); DO $$ BEGIN END $$; COPY a FROM stdin;\n1\n\\.\n";

    assertThat(ScriptPart.of(parse(sql)))
        .extracting(part -> part.sql().replace(ScriptLimits.clamp(true), "CLAMP\n"))
        .containsExactly(
            "CREATE TABLE a (i int)\n;\nSET lock_timeout = 0\n;\nCLAMP\nINSERT INTO a VALUES (1)\n;\nDO $$ BEGIN END $$\n;\nCLAMP\n",
            "COPY a FROM stdin");
  }

  @Test
  @Tag("F2")
  void partsOutliveTheirWayThroughOneText() {
    List<ScriptPart> parts =
        ScriptPart.of(
            parse("SELECT 1;\nCOPY a FROM stdin;\n1\n\\.\nCOPY b FROM stdin;\n\\.\nSELECT 2;"));

    List<ScriptPart> split = ScriptPart.split("BEGIN;\n" + ScriptPart.text(parts) + "COMMIT;");

    assertThat(split)
        .containsExactly(
            ScriptPart.statements("BEGIN;\nSELECT 1\n;\n" + ScriptLimits.clamp(true)),
            new ScriptPart("COPY a FROM stdin", Optional.of("1\n")),
            new ScriptPart("COPY b FROM stdin", Optional.of("")),
            ScriptPart.statements("SELECT 2\n;\n" + ScriptLimits.clamp(true) + "COMMIT;"));
  }

  @Test
  void findsTheLineOfAPosition() {
    Statement statement =
        new Statement(10, "-- a\n/* b */\nSELECT 1,\n  2,\n  nonsense", Optional.empty());

    assertThat(statement.lineAt(1)).isEqualTo(10);
    assertThat(statement.lineAt(statement.sql().indexOf("nonsense") + 1)).isEqualTo(12);
    assertThat(statement.lineAt(2000)).isEqualTo(12);
  }

  private static List<ScriptRefused> refusals(String sql) {
    return ScriptRules.refusals(sql, Optional.empty());
  }

  private static MigrationScript parse(String sql) {
    return MigrationScript.parse(sql, Optional.empty());
  }
}
