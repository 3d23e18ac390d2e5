package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.db.Identifiers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts of pg_restore for another tenant, and for a server with other roles. */
@Tag("P13")
@Tag("F20")
class ScriptRewriterTest {

  private static final Set<String> KNOWN =
      Set.of("car_2", "car_2_b", "tenantry_content", "Ünï\"role");

  private static final TenantSearchPath PATH =
      new TenantSearchPath(List.of("Fächer", "public"), false);

  private final List<String> leftOut = new ArrayList<>();

  private final ScriptRewriter.Roles roles =
      new ScriptRewriter.Roles() {
        @Override
        public String owner(String role) {
          return KNOWN.contains(role) ? role : "tenantry_content";
        }

        @Override
        public Optional<String> grantee(String role) {
          return known(role);
        }

        @Override
        public Optional<String> grantor(String role) {
          return known(role);
        }

        @Override
        public boolean canCreateExtension(String name) {
          return !name.equals("pageinspect");
        }

        private Optional<String> known(String role) {
          if (!KNOWN.contains(role)) {
            leftOut.add(role);
          }
          return Optional.of(role).filter(KNOWN::contains);
        }
      };

  @Test
  void replacesTenantsNamesEverywhereExceptInData() throws IOException {
    assertThat(
            rewritten(
                """
                CREATE TABLE car_1.t (a text DEFAULT 'car_1');
                COPY car_1.t (a) FROM stdin;
                car_1; GRANT ALL ON x TO car_1;
                \\.
                ALTER TABLE car_1.t OWNER TO car_1_b;
                """))
        .isEqualTo(
            """
            CREATE TABLE car_2.t (a text DEFAULT 'car_2');
            SET PATH;
            COPY car_2.t (a) FROM stdin;
            car_1; GRANT ALL ON x TO car_1;
            \\.
            UNSET PATH;
            ALTER TABLE car_2.t OWNER TO car_2_b;
            """);
  }

  @Test
  void givesObjectsOfUnknownRolesToBlueprintsOwner() throws IOException {
    assertThat(
            rewritten(
                """
                ALTER FUNCTION public.f(a integer, OUT b text) OWNER TO stranger;
                ALTER OPERATOR public.= (name, text) OWNER TO "Strange ""r";
                ALTER TABLE public."x OWNER TO y" OWNER TO "Ünï""role";
                """))
        .isEqualTo(
            """
            ALTER FUNCTION public.f(a integer, OUT b text) OWNER TO "tenantry_content";
            ALTER OPERATOR public.= (name, text) OWNER TO "tenantry_content";
            ALTER TABLE public."x OWNER TO y" OWNER TO "Ünï""role";
            """);
  }

  @Test
  void leavesOutRightsOfUnknownRoles() throws IOException {
    assertThat(
            rewritten(
                """
                GRANT SELECT ON TABLE public.t TO PUBLIC;
                GRANT SELECT ON TABLE public.t TO stranger WITH GRANT OPTION;
                GRANT SELECT("to") ON TABLE public."from" TO car_1;
                REVOKE ALL ON SCHEMA public FROM stranger;
                ALTER DEFAULT PRIVILEGES FOR ROLE car_1 IN SCHEMA public GRANT SELECT ON TABLES TO stranger;
                ALTER DEFAULT PRIVILEGES FOR ROLE stranger GRANT SELECT ON TABLES TO car_1;
                ALTER DEFAULT PRIVILEGES FOR ROLE car_1 REVOKE ALL ON FUNCTIONS FROM PUBLIC;
                """))
        .isEqualTo(
            """
            GRANT SELECT ON TABLE public.t TO PUBLIC;
            GRANT SELECT("to") ON TABLE public."from" TO car_2;
            ALTER DEFAULT PRIVILEGES FOR ROLE car_2 REVOKE ALL ON FUNCTIONS FROM PUBLIC;
            """);
    assertThat(leftOut).containsOnly("stranger");
  }

  @Test
  void grantsAsAnotherRoleWithoutSuperuser() throws IOException {
    assertThat(
            rewritten(
                """
                SET SESSION AUTHORIZATION car_1;
                GRANT SELECT ON TABLE public.t TO car_1_b;
                RESET SESSION AUTHORIZATION;
                SET SESSION AUTHORIZATION stranger;
                GRANT SELECT ON TABLE public.t TO car_1;
                RESET SESSION AUTHORIZATION;
                GRANT SELECT ON TABLE public.u TO car_1;
                """))
        .isEqualTo(
            """
            SET ROLE "car_2";
            GRANT SELECT ON TABLE public.t TO car_2_b;
            RESET ROLE;
            GRANT SELECT ON TABLE public.u TO car_2;
            """);
  }

  @Test
  void keepsExistingRolesOfPolicy() throws IOException {
    assertThat(
            rewritten(
                """
                CREATE POLICY some ON public.t FOR SELECT TO stranger, car_1 USING ((a = 'TO stranger'::text));
                CREATE POLICY no_one ON public.t TO stranger USING (true);
                CREATE POLICY "to" ON public.t USING (true);
                """))
        .isEqualTo(
            """
            CREATE POLICY some ON public.t FOR SELECT TO "car_2" USING ((a = 'TO stranger'::text));
            CREATE POLICY "to" ON public.t USING (true);
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE FUNCTION f() RETURNS void\n    AS $_$\nGRANT ALL ON t TO stranger;\n$$;\n$_$;\n",
        "COMMENT ON TABLE t IS 'x''\nGRANT ALL ON t TO stranger;\n';\n",
        "CREATE TABLE \"t\nGRANT ALL ON t TO stranger;\n\"\"\" ();\n",
        "SELECT E'\\'\nGRANT ALL ON t TO stranger;\n';\n",
        "/* one /* two */\nGRANT ALL ON t TO stranger;\n*/ SELECT 1;\n",
        "-- GRANT ALL ON t TO stranger;\nSELECT 1, $1, 2$a;\n",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC\n SELECT 1;\n SELECT 2;\nEND;\n",
        "\\restrict word\n\nSELECT 1;\n\\unrestrict word\n",
        "SELECT 'without an end"
      })
  void copiesDataThatLooksLikeStatements(String script) throws IOException {
    assertThat(rewritten(script)).isEqualTo(script);
    assertThat(leftOut).isEmpty();
  }

  @Test
  void copiesBytesOfAnyEncoding() throws IOException {
    byte[] script =
        "INSERT INTO t VALUES ('\u00e9\u00ff');\n".getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    rewriter().write(new ByteArrayInputStream(script), out);
    assertThat(out.toByteArray()).isEqualTo(script);
  }

  @Test
  void copiesDataLongerThanItsBuffer() throws IOException {
    String script =
        "COPY t (a) FROM stdin;\n" + ("x".repeat(99_999) + "\n").repeat(5) + "\\.\nSELECT 1;\n";
    assertThat(rewritten(script))
        .isEqualTo("SET PATH;\n" + script.replace("SELECT 1;", "UNSET PATH;\nSELECT 1;"));
  }

  @Test
  @Tag("B1")
  void loadsOnlyRowsOnTenantsPath() throws IOException {
    assertThat(
            rewritten(
                """
                CREATE TABLE public.t (a text CHECK (public.f(a)));
                COPY public.t (a) FROM stdin;
                x
                \\.
                COPY public.u (a) FROM stdin;
                \\.
                SELECT pg_catalog.setval('public.s', 1, true);
                """))
        .isEqualTo(
            """
            CREATE TABLE public.t (a text CHECK (public.f(a)));
            SET PATH;
            COPY public.t (a) FROM stdin;
            x
            \\.
            COPY public.u (a) FROM stdin;
            \\.
            UNSET PATH;
            SELECT pg_catalog.setval('public.s', 1, true);
            """);
  }

  @ParameterizedTest
  @Tag("B1")
  @ValueSource(
      strings = {
        "CREATE INDEX i ON public.t USING btree (public.f(a))",
        "CREATE UNIQUE INDEX i ON public.t USING btree ((public.f(a) || 'x''y'::text))",
        "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT c EXCLUDE USING gist (public.f(a) WITH =)"
      })
  void buildsIndexesAndConstraintsOnTenantsPathIfTheyFailWithoutIt(String statement)
      throws IOException {
    String execute = "EXECUTE " + Identifiers.literal(statement) + ";\n";

    assertThat(rewritten(statement + ";\n"))
        .isEqualTo(
            "DO %s;\n"
                .formatted(
                    Identifiers.literal(
                        "BEGIN %1$s EXCEPTION WHEN OTHERS THEN %2$s; %1$s %3$s; END"
                            .formatted(
                                execute,
                                PATH.setting(true)
                                    .replace(
                                        "SELECT pg_catalog.set_config",
                                        "PERFORM pg_catalog.set_config"),
                                TenantSearchPath.unsetting(true).replace("SELECT", "PERFORM")))));
  }

  @Test
  @Tag("B4")
  void omitsObjectsOnlySuperuserMayCreateAndTheirDependents() throws IOException {
    ScriptRewriter rewriter = rewriter();

    assertThat(
            rewritten(
                rewriter,
                """
                CREATE EXTENSION IF NOT EXISTS pageinspect WITH SCHEMA public;
                COMMENT ON EXTENSION pageinspect IS 'x';
                CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
                COMMENT ON EXTENSION citext IS 'pageinspect';
                COMMENT ON TABLE public.pageinspect IS 'x';
                CREATE FOREIGN DATA WRAPPER w;
                GRANT ALL ON FOREIGN DATA WRAPPER w TO car_1;
                CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'x;y');
                ALTER SERVER s OWNER TO car_1;
                GRANT ALL ON FOREIGN SERVER s TO car_1;
                CREATE USER MAPPING FOR car_1 SERVER s;
                CREATE FOREIGN TABLE public."far off" (i integer) SERVER s;
                ALTER FOREIGN TABLE public."far off" OWNER TO car_1;
                COMMENT ON COLUMN public."far off".i IS 'x';
                GRANT SELECT ON TABLE public."far off" TO car_1;
                CREATE VIEW public.v AS SELECT i FROM public."far off";
                ALTER TABLE public.v OWNER TO car_1;
                CREATE MATERIALIZED VIEW public.m AS SELECT i FROM public.v WITH NO DATA;
                REFRESH MATERIALIZED VIEW public.m;
                COMMENT ON FUNCTION public."far off"(integer) IS 'x';
                CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p;
                CREATE PUBLICATION a FOR ALL TABLES WITH (publish = 'insert');
                ALTER PUBLICATION a OWNER TO car_1;
                CREATE PUBLICATION b WITH (publish = 'insert');
                ALTER PUBLICATION b ADD TABLE ONLY public.t;
                ALTER PUBLICATION b ADD TABLES IN SCHEMA public;
                CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION public.f();
                ALTER EVENT TRIGGER e DISABLE;
                COMMENT ON EVENT TRIGGER e IS 'x';
                SECURITY LABEL FOR x ON TABLE public.t IS 'x';
                SET default_tablespace = fast;
                SET default_tablespace = '';
                CREATE FUNCTION public.f(leakproof integer) RETURNS public.leakproof LANGUAGE sql LEAKPROOF AS 'SELECT 1';
                """))
        .isEqualTo(
            """
            CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
            COMMENT ON EXTENSION citext IS 'pageinspect';
            COMMENT ON TABLE public.pageinspect IS 'x';
            COMMENT ON FUNCTION public."far off"(integer) IS 'x';
            CREATE PUBLICATION b WITH (publish = 'insert');
            ALTER PUBLICATION b ADD TABLE ONLY public.t;
            SET default_tablespace = '';
            SET default_tablespace = '';
            CREATE FUNCTION public.f(leakproof integer) RETURNS public.leakproof LANGUAGE sql  AS 'SELECT 1';
            """);
    assertThat(rewriter.notes())
        .containsExactly(
            "The extension pageinspect was left out: only a superuser may create it.",
            "The foreign data wrapper w was left out: only a superuser may create it.",
            "The server s was left out: only a superuser may create it.",
            "The user mapping for car_2 was left out: only a superuser may create it.",
            "The foreign table public.far off was left out: only a superuser may create it.",
            "The view public.v was left out: it reads a table or view that was left out.",
            "The view public.m was left out: it reads a table or view that was left out.",
            "The subscription s was left out: only a superuser may create it.",
            "The publication a was left out: only a superuser may create it.",
            "The publication b is without the schema public: only a superuser may publish whole schemas.",
            "The event trigger e was left out: only a superuser may create it.",
            "Security labels were left out: only their provider may set them.",
            "Objects of the tablespace fast are now in the database's own tablespace.",
            "The function f is no longer LEAKPROOF: only a superuser may set that.");
  }

  private ScriptRewriter rewriter() {
    return new ScriptRewriter(Map.of("car_1", "car_2"), roles, PATH);
  }

  private String rewritten(String script) throws IOException {
    return rewritten(rewriter(), script);
  }

  /** The result, with the statements that set the path shortened. */
  private static String rewritten(ScriptRewriter rewriter, String script) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    rewriter.write(new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)), out);
    return out.toString(StandardCharsets.UTF_8)
        .replace(PATH.setting(false), "SET PATH")
        .replace(TenantSearchPath.unsetting(false), "UNSET PATH");
  }
}
