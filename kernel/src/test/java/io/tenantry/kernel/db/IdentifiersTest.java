package io.tenantry.kernel.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Nothing gets out of its quotes. */
class IdentifiersTest {

  @Test
  void t2QuotesIdentifiers() {
    assertThat(Identifiers.quote("car_1")).isEqualTo("\"car_1\"");
    assertThat(Identifiers.quote("a\"; DROP ROLE b; --")).isEqualTo("\"a\"\"; DROP ROLE b; --\"");
  }

  @Test
  void t2QuotesLiterals() {
    assertThat(Identifiers.literal("it's")).isEqualTo("E'it''s'");
    assertThat(Identifiers.literal("\\'")).isEqualTo("E'\\\\'''");
  }

  @Test
  void t2RefusesWhatPostgresCannotHold() {
    assertThatThrownBy(() -> Identifiers.quote("a\0b"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Identifiers.literal("a\0b"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
