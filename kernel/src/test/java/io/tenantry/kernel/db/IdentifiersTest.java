package io.tenantry.kernel.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nothing gets out of its quotes. */
class IdentifiersTest {

  @Test
  @Tag("T2")
  void quotesIdentifiers() {
    assertThat(Identifiers.quote("car_1")).isEqualTo("\"car_1\"");
    assertThat(Identifiers.quote("a\"; DROP ROLE b; --")).isEqualTo("\"a\"\"; DROP ROLE b; --\"");
  }

  @Test
  @Tag("T2")
  void quotesLiterals() {
    assertThat(Identifiers.literal("it's")).isEqualTo("E'it''s'");
    assertThat(Identifiers.literal("\\'")).isEqualTo("E'\\\\'''");
  }

  @Test
  @Tag("T2")
  void refusesNamesThatPostgresCannotStore() {
    assertThatThrownBy(() -> Identifiers.quote("a\0b"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Identifiers.literal("a\0b"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
