package io.tenantry.localstack.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CompareResponsesTest {

  private static final String ANSWER =
      """
      {"service":"ingestion-service","method":"POST","path":"/api/v1/tenants/%s/events","status":202,\
      "type":"application/json","body":{"event_id":"%s","outcome":"%s","at":"%s","n":%d}}\
      """;

  private static final String JVM =
      ANSWER.formatted(
          "01a1fc6b-37a5-7f53-a72d-95728c633816",
          "01a1fc6b-37a5-7f53-a72d-95728c633817",
          "accepted",
          "2026-11-21T04:44:07Z",
          1);

  @Test
  @Tag("N7")
  void findsAnEnumWrittenOtherwise() throws IOException {
    String other = JVM.replace("accepted", "ACCEPTED");

    assertThat(CompareResponses.differences(List.of(JVM), List.of(other), "JVM", "native"))
        .containsExactly(
            "ingestion-service POST /api/v1/tenants/{id}/events 202 /outcome: JVM has lower case,"
                + " native has UPPER CASE");
  }

  @Test
  @Tag("N7")
  void findsAFieldAndAStatusThatOneRunLacks() throws IOException {
    String other = JVM.replace(",\"n\":1", "").replace("202", "200");

    assertThat(CompareResponses.differences(List.of(JVM), List.of(other), "JVM", "native"))
        .anyMatch(each -> each.contains(" 202 /n: JVM has number, native has none"))
        .anyMatch(each -> each.contains(" 200 /event_id: JVM has none, native has id"));
  }

  @Test
  void passesOverWhatDiffersFromRunToRun() throws IOException {
    String other =
        ANSWER.formatted(
            "01a1fc6b-0000-7f53-a72d-95728c633816",
            "01a1fc6b-0001-7f53-a72d-95728c633816",
            "refused",
            "2027-01-01T00:00:00.123Z",
            2);

    assertThat(CompareResponses.differences(List.of(JVM), List.of(other), "JVM", "native"))
        .isEmpty();
  }
}
