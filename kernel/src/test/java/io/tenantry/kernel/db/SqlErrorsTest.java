package io.tenantry.kernel.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

class SqlErrorsTest {

  @Test
  void mapsRefusalsOfBothDriversAlike() {
    PSQLException refusal =
        new PSQLException(new ServerErrorMessage("SERROR\0C23505\0Mduplicate key\0"));

    assertThat(SqlErrors.of(refusal))
        .isInstanceOf(SqlError.class)
        .hasMessage("duplicate key")
        .satisfies(error -> assertThat(((SqlError) error).sqlState()).isEqualTo("23505"))
        .satisfies(error -> assertThat(error.getSuppressed()).containsExactly(refusal));
  }

  @Test
  void treatsTerminatedSessionAsUnavailableServer() {
    SQLException ended =
        new PSQLException(new ServerErrorMessage("SFATAL\0C57P01\0Mterminating connection\0"));
    SQLException refused =
        new PSQLException(
            "refused", PSQLState.CONNECTION_UNABLE_TO_CONNECT, new ConnectException());

    assertThat(SqlErrors.of(ended)).isInstanceOf(DatabaseUnavailable.class);
    assertThat(SqlErrors.of(refused)).isInstanceOf(DatabaseUnavailable.class);
  }
}
