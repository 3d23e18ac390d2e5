package io.tenantry.ingestion;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The service without its workers: nothing but the test writes backlogs and dead letters. */
public final class IdleWorkers implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of("tenantry.dead-letters.enabled", "false", "tenantry.extraction.enabled", "false");
  }
}
