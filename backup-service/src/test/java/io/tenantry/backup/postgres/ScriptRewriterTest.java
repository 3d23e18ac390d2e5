package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

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

        private Optional<String> known(String role) {
          if (!KNOWN.contains(role)) {
            leftOut.add(role);
          }
          return Optional.of(role).filter(KNOWN::contains);
        }
      };

  @Test
  void replacesTheTenantsNamesWhereverTheyAreButNotInData() throws IOException {
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
            COPY car_2.t (a) FROM stdin;
            car_1; GRANT ALL ON x TO car_1;
            \\.
            ALTER TABLE car_2.t OWNER TO car_2_b;
            """);
  }

  @Test
  void givesWhatBelongedToUnknownRolesToTheBlueprintsOwner() throws IOException {
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
  void grantsInTheNameOfAnotherRoleWithoutBeingSuperuser() throws IOException {
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
  void keepsThoseRolesOfAPolicyThatTheServerHas() throws IOException {
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
  void passesWhatOnlyLooksLikeAStatement(String script) throws IOException {
    assertThat(rewritten(script)).isEqualTo(script);
    assertThat(leftOut).isEmpty();
  }

  @Test
  void passesBytesOfAnyEncoding() throws IOException {
    byte[] script =
        "INSERT INTO t VALUES ('\u00e9\u00ff');\n".getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ScriptRewriter(Map.of("car_1", "car_2"), roles)
        .write(new ByteArrayInputStream(script), out);
    assertThat(out.toByteArray()).isEqualTo(script);
  }

  @Test
  void passesDataThatIsLongerThanItsBuffer() throws IOException {
    String script =
        "COPY t (a) FROM stdin;\n" + ("x".repeat(99_999) + "\n").repeat(5) + "\\.\nSELECT 1;\n";
    assertThat(rewritten(script)).isEqualTo(script);
  }

  private String rewritten(String script) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ScriptRewriter(Map.of("car_1", "car_2"), roles)
        .write(new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)), out);
    return out.toString(StandardCharsets.UTF_8);
  }
}
