package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages for the errors of PostgreSQL's programs. */
@Tag("B5")
class ProgramErrorsTest {

  @Test
  void namesMissingObjectAndItsPlace() {
    assertThat(
            ProgramErrors.summary(
                """
                WARNING:  something before
                ERROR:  42883: function g(integer) does not exist
                LINE 1: select g($1)
                               ^
                HINT:  No function matches the given name and argument types.
                QUERY:  select g($1)
                CONTEXT:  SQL function "f" during inlining
                COPY c, line 2, column i: "secret"
                LOCATION:  ParseFuncOrColumn, parse_func.c:629
                """))
        .contains(
            "function g(integer) does not exist (SQLSTATE 42883, SQL function \"f\", COPY c, line 2, column i)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        ERROR:  22P02: invalid input syntax for type integer: "secret"
        CONTEXT:  COPY c, line 2, column i: "secret"
        LOCATION:  pg_strtoint32, numutils.c:232
        """,
        """
        ERROR:  22P02: invalid input syntax for type integer: "a "secret"
        LOCATION:  pg_strtoint32, numutils.c:232
        """,
        """
        ERROR:  23514: new row for relation "c" violates check constraint "c_s_check"
        DETAIL:  Failing row contains (1, secret).
        CONTEXT:  COPY c, line 1: "1	secret"
        SCHEMA NAME:  public
        LOCATION:  ExecConstraints, execMain.c:2074
        """,
        """
        ERROR:  42883: secret
        ERROR: secret
        LOCATION:  ParseFuncOrColumn, parse_func.c:629
        CONTEXT:  PL/pgSQL function check_it(text) line 1 at RAISE
        LOCATION:  exec_stmt_raise, pl_exec.c:3891
        """,
        """
        ERROR:  P0001: secret
        CONTEXT:  PL/pgSQL function inline_code_block line 1 at RAISE
        LOCATION:  exec_stmt_raise, pl_exec.c:3891
        """,
        """
        ERROR:  42601: syntax error at or near "secret"
        QUERY:  SELECT secret
        LOCATION:  scanner_yyerror, scan.l:1176
        """,
        """
        ERROR:  42883: secret
        """,
        """
        ERROR:  XX000: secret
        LOCATION:  plperl_croak, plperl.c:1
        """,
        """
        pg_dump: error: Dumping the contents of table "c" failed: PQgetResult() failed.
        pg_dump: detail: Error message from server: ERROR:  invalid page in block 1 of relation base/5/1
        pg_dump: detail: Command was: COPY public.c (secret) TO stdout;
        """,
        """
        psql: error: connection to server at "secret" (10.0.0.1), port 5432 failed: FATAL:  password authentication failed for user "car_o"
        """,
        """
        psql: error: missing "=" after "secret" in connection info string
        """,
        """
        pg_dump: error: password=secret postgresql://u:secret@host/db is wrong
        """,
        """
        psql:<stdin>:3: invalid command \\secret
        """,
      })
  void hidesValuesAndLogins(String output) {
    assertThat(ProgramErrors.summary(output))
        .hasValueSatisfying(summary -> assertThat(summary).isNotEmpty().doesNotContain("secret"));
  }

  @Test
  void namesFailedConstraint() {
    assertThat(
            ProgramErrors.summary(
                """
                ERROR:  23505: could not create unique index "names"
                DETAIL:  Key (name)=(secret) is duplicated.
                LOCATION:  comparetup_index_btree, tuplesort.c:1
                """))
        .contains("could not create unique index \"names\" (SQLSTATE 23505)");
  }

  @Test
  void quotesMessageOfProgram() {
    assertThat(
            ProgramErrors.summary(
                """
                pg_dump: warning: subscriptions not dumped because current user is not a superuser
                pg_dump: error: could not open large object 4711: ERROR:  permission denied for large object 4711
                """))
        .contains("could not open large object 4711: permission denied for large object 4711");
    assertThat(ProgramErrors.summary("pg_dump: warning: nothing else\n")).isEmpty();
  }

  @Test
  void isShort() {
    String name = "x".repeat(2_000);

    assertThat(ProgramErrors.summary("pg_restore: error: " + name + "\n").orElseThrow())
        .hasSizeLessThan(1_000);
  }
}
