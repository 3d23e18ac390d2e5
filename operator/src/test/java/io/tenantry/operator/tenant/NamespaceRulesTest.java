package io.tenantry.operator.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.operator.runtime.OperatorConfig;
import io.tenantry.operator.v1alpha1.TenantSpec.Environment;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a namespace's labels permit. */
@Tag("P8")
class NamespaceRulesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // labels | environment | adopts | environments label required | adoption label required |
        // refusal
        "- | PRODUCTION | false | false | true | -",
        "- | PRODUCTION | false | true | true | EnvironmentNotAllowed",
        "tenantry.io/environments=development.staging | STAGING | false | false | true | -",
        "tenantry.io/environments=development.staging | PRODUCTION | false | false | true | EnvironmentNotAllowed",
        "tenantry.io/environments=production | PRODUCTION | false | true | true | -",
        "tenantry.io/environments= | DEVELOPMENT | false | false | true | EnvironmentNotAllowed",
        "tenantry.io/environments=develop | DEVELOPMENT | false | false | true | EnvironmentNotAllowed",
        "- | PRODUCTION | true | false | true | AdoptionNotAllowed",
        "- | PRODUCTION | true | false | false | -",
        "tenantry.io/adoption=allowed | PRODUCTION | true | false | true | -",
        "tenantry.io/adoption=denied | PRODUCTION | true | false | true | AdoptionNotAllowed",
        "tenantry.io/adoption=allowed,tenantry.io/environments=staging | PRODUCTION | true | false | true"
            + " | EnvironmentNotAllowed"
      })
  void decidesByLabels(
      String labels,
      Environment environment,
      boolean adopts,
      boolean environmentsRequired,
      boolean adoptionRequired,
      String refusal) {
    assertThat(
            NamespaceRules.refusal(
                    parse(labels),
                    environment,
                    adopts,
                    rules(environmentsRequired, adoptionRequired))
                .map(Refused::reason)
                .orElse(null))
        .isEqualTo(refusal);
  }

  private static Map<String, String> parse(String labels) {
    return labels == null
        ? Map.of()
        : Stream.of(labels.split(","))
            .map(label -> label.split("=", 2))
            .collect(Collectors.toMap(label -> label[0], label -> label[1]));
  }

  private static OperatorConfig.Namespaces rules(boolean environments, boolean adoption) {
    return new OperatorConfig.Namespaces() {
      @Override
      public boolean environmentsLabelRequired() {
        return environments;
      }

      @Override
      public boolean adoptionLabelRequired() {
        return adoption;
      }
    };
  }
}
