package io.tenantry.ingestion;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * The service with topics of another name, which tests may change and replace without disturbing
 * others, and with timeouts of HTTP that a test can wait for.
 */
public final class OtherTopic implements QuarkusTestProfile {

  public static final String EVENTS = "acme.events";
  public static final String DEAD_LETTERS = "acme.events-dlq";

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of("INGESTION_TOPIC", EVENTS, "HTTP_IDLE_TIMEOUT", "2s", "HTTP_BODY_TIMEOUT", "1s");
  }
}
