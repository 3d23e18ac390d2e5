package io.tenantry.tenant.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tenantry.tenant.webhook.endpoint.WebhookConfig;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("T23")
class DispatcherTest {

  @ParameterizedTest
  @CsvSource({"lease, 44s, lease", "retention, 4d, WEBHOOK_RETENTION"})
  void refusesSettingsThatWouldLoseOrRepeatDeliveries(String setting, String value, String name) {
    WebhookConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(WebhookConfig.class)
            .withDefaultValues(Map.of("tenantry.webhooks." + setting, value))
            .build()
            .getConfigMapping(WebhookConfig.class);

    assertThatThrownBy(
            () -> new Dispatcher(null, null, null, null, null, null, config, Clock.systemUTC()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(name);
  }
}
