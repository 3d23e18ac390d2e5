package io.tenantry.kernel.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every class of PostgreSQL's manual, appendix A. */
@Tag("K1")
class SqlErrorKindTest {

  @ParameterizedTest
  @CsvSource({
    "01000, DATABASE", // warning
    "02000, DATABASE", // no data
    "03000, DATABASE", // SQL statement not yet complete
    "08000, CONNECTION", // connection exception
    "08006, CONNECTION", // connection failure
    "09000, VALUES", // triggered action exception
    "0A000, DATABASE", // feature not supported
    "0B000, DATABASE", // invalid transaction initiation
    "0F000, DATABASE", // locator exception
    "0L000, DATABASE", // invalid grantor
    "0P000, DATABASE", // invalid role specification
    "0Z000, DATABASE", // diagnostics exception
    "10608, DATABASE", // invalid argument for XQuery
    "20000, VALUES", // case not found
    "21000, VALUES", // cardinality violation
    "22003, VALUES", // numeric value out of range
    "22021, VALUES", // character not in repertoire
    "22P02, VALUES", // invalid text representation
    "22P05, VALUES", // untranslatable character
    "23502, VALUES", // not null violation
    "23505, VALUES", // unique violation
    "24000, DATABASE", // invalid cursor state
    "25001, DATABASE", // active SQL transaction
    "25006, DATABASE", // read only SQL transaction: after a failover
    "25P02, DATABASE", // in failed SQL transaction
    "25P03, CONNECTION", // idle in transaction session timeout
    "25P04, CONNECTION", // transaction timeout
    "26000, BUSY", // invalid SQL statement name
    "27000, VALUES", // triggered data change violation
    "28000, DATABASE", // invalid authorization specification
    "28P01, DATABASE", // invalid password
    "2B000, DATABASE", // dependent privilege descriptors still exist
    "2D000, DATABASE", // invalid transaction termination
    "2F000, DATABASE", // SQL routine exception
    "34000, DATABASE", // invalid cursor name
    "38000, DATABASE", // external routine exception
    "39000, DATABASE", // external routine invocation exception
    "3B000, DATABASE", // savepoint exception
    "3D000, DATABASE", // invalid catalog name
    "3F000, DATABASE", // invalid schema name
    "40001, BUSY", // serialization failure
    "40P01, BUSY", // deadlock detected
    "42501, DATABASE", // insufficient privilege
    "42P01, DATABASE", // undefined table
    "44000, VALUES", // WITH CHECK OPTION violation
    "53100, BUSY", // disk full
    "53200, BUSY", // out of memory
    "53300, CONNECTION", // too many connections
    "54000, VALUES", // program limit exceeded
    "54001, VALUES", // statement too complex
    "55000, BUSY", // object not in prerequisite state
    "55006, BUSY", // object in use
    "55P03, BUSY", // lock not available
    "57000, BUSY", // operator intervention
    "57014, BUSY", // query canceled
    "57P01, CONNECTION", // admin shutdown
    "57P02, CONNECTION", // crash shutdown
    "57P03, CONNECTION", // cannot connect now
    "57P04, CONNECTION", // database dropped
    "57P05, CONNECTION", // idle session timeout
    "58030, DATABASE", // system error
    "F0000, DATABASE", // configuration file error
    "HV000, DATABASE", // foreign data wrapper error
    "P0001, VALUES", // raise exception
    "XX000, DATABASE", // internal error
    "XX001, DATABASE", // data corrupted
    "TN010, DATABASE", // one of a function's own
    "5, DATABASE", // none at all
    "null, DATABASE"
  })
  void dependsOnSqlState(String sqlState, SqlErrorKind kind) {
    assertThat(SqlErrorKind.of(sqlState)).isEqualTo(kind);
    assertThat(SqlErrors.of(refusal(sqlState)))
        .isInstanceOf(kind == SqlErrorKind.CONNECTION ? DatabaseUnavailable.class : SqlError.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"22023", "54000", "23505"})
  void noValuesAreAtFaultForARefusedLogin(String sqlState) {
    SqlError login = ((SqlError) SqlErrors.of(refusal(sqlState))).atLogin();

    assertThat(login.kind()).isEqualTo(SqlErrorKind.DATABASE);
    assertThat(login.causedByData()).isFalse();
    assertThat(login.sqlState()).isEqualTo(sqlState);
  }

  private static PgException refusal(String sqlState) {
    return new PgException("refused", "ERROR", sqlState, "");
  }
}
