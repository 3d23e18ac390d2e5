package io.tenantry.tenant.webhook.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.error.InvalidRequest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("T23")
class EndpointRulesTest {

  private static final Owner TENANT = Owner.tenant(UUID.randomUUID());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "webhook-id",
        "Webhook-Signature",
        "WEBHOOK-TIMESTAMP",
        "Host",
        "content-length",
        "Content-Type",
        "Transfer-Encoding",
        "Connection",
        "Proxy-Authorization",
        "User-Agent",
        "X-Forwarded-For",
        "X-Real-IP",
        "Forwarded",
        "",
        "two words",
        "line\nbreak"
      })
  void refusesHeadersThatMessagesOrConnectionsOwn(String name) {
    Map<String, String> headers = Map.of(name, "value");

    assertThatThrownBy(() -> EndpointRules.requireHeaders(headers))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void refusesOneHeaderInTwoSpellings() {
    Map<String, String> headers = Map.of("X-Key", "1", "x-key", "2");

    assertThatThrownBy(() -> EndpointRules.requireHeaders(headers))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void acceptsCredentialsForTheReceiver() {
    Map<String, String> headers = Map.of("Authorization", "Bearer x", "X-Source", "tenantry");

    assertThat(EndpointRules.requireHeaders(headers)).isEqualTo(headers);
  }

  @Test
  void refusesTypesThatOnlyTheOperatorReceives() {
    List<String> types = List.of("campaign.finished");

    assertThat(EndpointRules.requireTypes(Owner.OPERATOR, types)).isEqualTo(types);
    assertThatThrownBy(() -> EndpointRules.requireTypes(TENANT, types))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void refusesUnknownTypes() {
    List<String> types = List.of("tenant.invented");

    assertThatThrownBy(() -> EndpointRules.requireTypes(Owner.OPERATOR, types))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void refusesOtherTenantsToATenant() {
    List<UUID> tenants = List.of(UUID.randomUUID());

    assertThatThrownBy(() -> EndpointRules.requireTenants(TENANT, tenants))
        .isInstanceOf(InvalidRequest.class);
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example/x, https://a.example/y, true",
    "https://a.example/x, https://a.example:8443/x, false",
    "https://a.example/x, http://a.example/x, false",
    "https://a.example/x, https://b.example/x, false"
  })
  void knowsWhetherAnotherReceiverGetsTheHeaders(String first, String second, boolean same) {
    assertThat(EndpointRules.isSameReceiver(first, second)).isEqualTo(same);
  }
}
