package io.tenantry.operator.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.operator.api.TenantApi.Connection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The entries of a Secret to bind to. */
@Tag("P8")
class BindingSecretTest {

  @Test
  void hasEntriesOfServiceBinding() {
    assertThat(
            BindingSecret.of(
                new Connection(
                    "postgresql://car_1:pass@db.example:5433/car_1?sslmode=verify-full", "PEM")))
        .containsEntry("type", "postgresql")
        .containsEntry("provider", "tenantry")
        .containsEntry("host", "db.example")
        .containsEntry("port", "5433")
        .containsEntry("database", "car_1")
        .containsEntry("username", "car_1")
        .containsEntry("password", "pass")
        .containsEntry("uri", "postgresql://car_1:pass@db.example:5433/car_1?sslmode=verify-full")
        .containsEntry("jdbc-url", "jdbc:postgresql://db.example:5433/car_1?sslmode=verify-full")
        .containsEntry("sslmode", "verify-full")
        .containsEntry("ca.crt", "PEM")
        .containsKeys(BindingSecret.ENTRIES.toArray(String[]::new));
  }

  @Test
  void readsAddressOfIpVersion6() {
    assertThat(BindingSecret.of(new Connection("postgresql://r:p@[::1]:5432/d", null)))
        .containsEntry("host", "::1")
        .containsEntry("jdbc-url", "jdbc:postgresql://[::1]:5432/d")
        .containsEntry("sslmode", "prefer")
        .doesNotContainKey("ca.crt");
  }

  @Test
  void refusesOtherTextWithoutShowingIt() {
    assertThatThrownBy(() -> BindingSecret.of(new Connection("mysql://r:hidden@h/d", null)))
        .hasMessageNotContaining("hidden");
    assertThat(new Connection("postgresql://r:hidden@h:1/d", null).toString())
        .doesNotContain("hidden");
  }
}
