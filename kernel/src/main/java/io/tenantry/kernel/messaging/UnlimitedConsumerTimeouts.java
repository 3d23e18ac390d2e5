package io.tenantry.kernel.messaging;

import io.quarkus.arc.properties.IfBuildProperty;
import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.inject.Singleton;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.eclipse.microprofile.config.Config;

/**
 * Makes the consumers of channels wait without limit for an unavailable broker. A call to the
 * broker that times out, such as a read of the committed offset, would close its channel
 * permanently.
 *
 * <p>The connector uses the same setting as its timeout for closing a channel, so a channel keeps
 * its own value for that. Closing wakes a waiting consumer.
 */
@Singleton
@IfBuildProperty(name = "tenantry.inbox.enabled", stringValue = "true")
final class UnlimitedConsumerTimeouts implements ClientCustomizer<Map<String, Object>> {

  @Override
  public Map<String, Object> customize(String channel, Config said, Map<String, Object> client) {
    if (client.containsKey(ConsumerConfig.GROUP_ID_CONFIG)) {
      client.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Integer.toString(Integer.MAX_VALUE));
    }
    return client;
  }
}
