package io.tenantry.kernel.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.db.PostgresLogin;
import io.tenantry.kernel.db.ServerTls;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tenant's connection string leads to where its cluster is, and says how it is protected. */
@Tag("P13")
@Tag("F17")
class ConnectionStringTest {

  @ParameterizedTest
  @CsvSource({
    "db.example, postgresql://r:p@db.example:5433/d?sslmode=require",
    "db_1, postgresql://r:p@db_1:5433/d?sslmode=require",
    "10.0.0.1, postgresql://r:p@10.0.0.1:5433/d?sslmode=require",
    "fd00::1, postgresql://r:p@[fd00::1]:5433/d?sslmode=require",
  })
  void isReadAsItWasWritten(String host, String url) {
    ConnectionString connection = ConnectionString.of(host, 5433, "d", "r", "p", "require");
    PostgresLogin login = connection.login(Optional.empty());

    assertThat(connection.url()).isEqualTo(url);
    assertThat(login.host()).isEqualTo(host);
    assertThat(login.port()).isEqualTo(5433);
    assertThat(login.database()).isEqualTo("d");
    assertThat(login.user()).isEqualTo("r");
    assertThat(login.password()).isEqualTo("p").isEqualTo(connection.password());
    assertThat(login.tls().sslMode()).isEqualTo("require");
  }

  @Test
  void keepsTheLoginWhenItsClusterMoves() {
    ConnectionString before = new ConnectionString("postgresql://r:p-_w@a:1/d?sslmode=prefer");

    assertThat(before.at("b", 2, "verify-full").url())
        .isEqualTo("postgresql://r:p-_w@b:2/d?sslmode=verify-full");
  }

  @Test
  @Tag("F16")
  void cannotBeUsedWithoutTheCertificatesThatItDemands() {
    ConnectionString connection = new ConnectionString("postgresql://r:p@a:1/d?sslmode=verify-ca");

    assertThat(connection.verifiesServer()).isTrue();
    assertThatThrownBy(() -> connection.login(Optional.empty()))
        .isInstanceOf(ServerTls.InvalidServerTls.class);
  }

  @Test
  void printsAndThrowsNoPassword() {
    assertThat(new ConnectionString("postgresql://r:secret@a:1/d")).asString().contains("a:1/d");
    assertThat(new ConnectionString("postgresql://r:secret@a:1/d"))
        .asString()
        .doesNotContain("secret");
    assertThatThrownBy(() -> new ConnectionString("secret").password())
        .hasMessageNotContaining("secret");
  }
}
