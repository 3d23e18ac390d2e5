package io.tenantry.kernel.db;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which conditions a query has, and which values its parameters. */
class QueryConditionsTest {

  @Test
  void hasRequestedConditionsOnly() {
    QueryConditions conditions =
        new QueryConditions()
            .and("status <> 'deleted'")
            .and("name = $%d", "a")
            .and("region = $%d", null)
            .and("(owner = $%1$d OR $%1$d = ANY (owners))", "b");

    assertThat(conditions)
        .hasToString(
            "  AND status <> 'deleted'\n  AND name = $1\n  AND (owner = $2 OR $2 = ANY (owners))\n");
    assertThat(conditions.values()).containsExactly("a", "b");
  }

  @Test
  void numbersParametersAfterThoseOfQuery() {
    QueryConditions conditions = new QueryConditions("first", null).and("name = $%d", "a");

    assertThat(conditions.bind(51)).isEqualTo("$4");
    assertThat(conditions).hasToString("  AND name = $3\n");
    assertThat(conditions.values()).containsExactly("first", null, "a", 51);
  }
}
