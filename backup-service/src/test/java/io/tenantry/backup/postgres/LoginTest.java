package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("F4")
class LoginTest {

  private static final Login LOGIN =
      new Login("car_1_o", "secret", Map.of("search_path", "pg_catalog, pg_temp"));

  @Test
  void doesNotShowPassword() {
    assertThat(LOGIN.with("a", "b")).hasToString("Login[car_1_o]");
  }

  @Test
  void moreSettingsKeepOthers() {
    Login more = LOGIN.with("lock_timeout", "5s");

    assertThat(more.settings())
        .isEqualTo(Map.of("search_path", "pg_catalog, pg_temp", "lock_timeout", "5s"));
    assertThat(more.with("search_path", "x").settings()).containsEntry("search_path", "x");
    assertThat(LOGIN.settings()).hasSize(1);
  }
}
