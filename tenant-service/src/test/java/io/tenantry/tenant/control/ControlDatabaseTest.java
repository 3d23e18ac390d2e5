package io.tenantry.tenant.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How the services use the control database. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ControlDatabaseTest {

  @Inject Database database;

  @Test
  @Tag("T19")
  void limitsStatementsBelowClientTimeout() {
    assertThat(show("statement_timeout")).isEqualTo("9s");
    assertThat(show("search_path")).isEqualTo("control_plane");
  }

  @Test
  @Tag("T19")
  void endsSessionsOfReplicasThatAreGone() {
    assertThat(show("idle_in_transaction_session_timeout")).isEqualTo("30s");
    assertThat(show("tcp_keepalives_idle")).isEqualTo("30");
    assertThat(show("tcp_keepalives_interval")).isEqualTo("10");
    assertThat(show("tcp_keepalives_count")).isEqualTo("3");
  }

  @Test
  @Tag("P1")
  void rollsBackWhenAnyPipelinedStatementFails() {
    assertThatThrownBy(
            () ->
                database.transact(
                    sql -> {
                      sql.send(
                          "INSERT INTO platform.tenant_table_templates VALUES ('a', 'b', 'c')");
                      sql.send(
                          "INSERT INTO platform.tenant_table_templates VALUES ('a', 'b', 'c')");
                      sql.send("SELECT 1");
                    }))
        .isInstanceOf(SqlError.class)
        .hasMessageContaining("duplicate key");

    assertThat(
            database
                .run("SELECT FROM platform.tenant_table_templates WHERE table_name = 'a'")
                .size())
        .isZero();
    int rows = database.inTransaction(sql -> sql.run("SELECT 1").size());
    assertThat(rows).isEqualTo(1);
  }

  private String show(String setting) {
    return database.run("SHOW " + setting).iterator().next().getString(0);
  }
}
