package io.tenantry.kernel.messaging;

import io.quarkus.arc.properties.IfBuildProperty;
import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.inject.Singleton;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.eclipse.microprofile.config.Config;

/**
 * Lets the consumers of channels wait for a broker that is away as long as it takes. A question to
 * the broker that is given up, such as for the offset committed last, ends its channel for good.
 *
 * <p>The connector takes the same setting for how long it waits for the end of a channel; that is
 * what a channel says. A consumer that waits is woken by the end.
 */
@Singleton
@IfBuildProperty(name = "tenantry.inbox.enabled", stringValue = "true")
final class PatientConsumers implements ClientCustomizer<Map<String, Object>> {

  @Override
  public Map<String, Object> customize(String channel, Config said, Map<String, Object> client) {
    if (client.containsKey(ConsumerConfig.GROUP_ID_CONFIG)) {
      client.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Integer.toString(Integer.MAX_VALUE));
    }
    return client;
  }
}
