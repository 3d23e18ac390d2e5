package io.tenantry.kernel.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Settings that every client logs in with. */
@Tag("K2")
class SessionSettingsTest {

  private static final PostgresLogin LOGIN =
      new PostgresLogin(
          "localhost", 5432, "a", "b", "c", ServerTls.of("disable", Optional.empty()));

  @Test
  @Tag("P13")
  void escapesWhatWouldEndASetting() {
    assertThat(SessionSettings.options(Map.of("search_path", "pg_catalog, pg_temp", "a", "\\")))
        .contains("-c a=\\\\ ")
        .contains("-c search_path=pg_catalog,\\ pg_temp")
        .contains("-c default_transaction_isolation=read\\ committed ");
  }

  @Test
  void areThoseOfEachClient() {
    assertThat(LOGIN.reactive().getProperties())
        .containsEntry("statement_timeout", "0")
        .containsEntry("default_transaction_read_only", "off")
        .containsEntry("DateStyle", "ISO")
        .containsEntry("tcp_keepalives_idle", "30")
        .containsEntry("local_preload_libraries", "");
    assertThat(LOGIN.environment().get("PGOPTIONS"))
        .isEqualTo(LOGIN.jdbc().getProperty("options"))
        .contains("-c statement_timeout=0 ", "-c default_transaction_read_only=off ")
        .contains("-c local_preload_libraries= ");
  }

  @Test
  void canBeOthersForOneUse() {
    assertThat(LOGIN.reactive().addProperty("statement_timeout", "5").getProperties())
        .containsEntry("statement_timeout", "5");
    assertThat(SessionSettings.options(Map.of("statement_timeout", "5")))
        .contains("-c statement_timeout=5 ")
        .doesNotContain("statement_timeout=0");
  }
}
