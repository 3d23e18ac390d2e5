package io.tenantry.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Conditions by the conventions of the Kubernetes API and of kstatus. */
@Tag("P8")
class ConditionsTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void changesTimeOnlyWithStatus() {
    Conditions first = at(null, START);
    first.progressing("Provisioning", "In progress.");
    Conditions second = at(first.list(), START.plusSeconds(60));
    second.progressing("TenantryUnavailable", "Not reachable.");
    Conditions third = at(second.list(), START.plusSeconds(120));
    third.ready("Ready", "Done.");

    assertThat(ready(second).getLastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(ready(second).getReason()).isEqualTo("TenantryUnavailable");
    assertThat(ready(third).getLastTransitionTime()).isEqualTo("2026-01-01T00:02:00Z");
  }

  @Test
  void tellsReadyProgressingAndFailedApart() {
    Conditions conditions = at(null, START);

    conditions.progressing("Provisioning", "");
    assertThat(types(conditions)).containsExactlyInAnyOrder("Ready=False", "Reconciling=True");

    conditions.stalled("Conflict", "");
    assertThat(types(conditions)).containsExactlyInAnyOrder("Ready=False", "Stalled=True");

    conditions.ready("Ready", "");
    assertThat(types(conditions)).containsExactly("Ready=True");
  }

  @Test
  void limitsMessageAndNamesGeneration() {
    Conditions conditions = at(null, START);
    conditions.stalled("Invalid", "x".repeat(5000));

    assertThat(ready(conditions).getMessage()).hasSize(1024);
    assertThat(ready(conditions).getObservedGeneration()).isEqualTo(7);
  }

  private static Conditions at(List<Condition> current, Instant time) {
    return new Conditions(current, 7L, Clock.fixed(time, ZoneOffset.UTC));
  }

  private static Condition ready(Conditions conditions) {
    return conditions.get(Conditions.READY).orElseThrow();
  }

  private static List<String> types(Conditions conditions) {
    return conditions.list().stream()
        .map(condition -> condition.getType() + "=" + condition.getStatus())
        .toList();
  }
}
