package io.tenantry.tenant.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What API keys look like. */
@Tag("T16")
class KeyGenerationTest {

  private final ApiKeys keys =
      new ApiKeys(
          null,
          null,
          null,
          null,
          new SecureRandom(),
          Clock.fixed(Instant.ofEpochMilli(1_700_000_000_123L), ZoneOffset.UTC));

  @Test
  void haveAPrefixATimeAnd192RandomBits() {
    List<IssuedKey> issued = keys.generate(3, "acme", List.of("read"));

    assertThat(issued)
        .extracting(IssuedKey::key)
        .allMatch(key -> key.matches("acme_1700000000123_[0-9a-f]{48}"))
        .doesNotHaveDuplicates();
    assertThat(issued).extracting(IssuedKey::keyId).doesNotHaveDuplicates();
    assertThat(issued).extracting(IssuedKey::name).containsExactly("key-1", "key-2", "key-3");
    assertThat(issued).extracting(IssuedKey::scopes).containsOnly(List.of("read"));
  }

  @Test
  void areNotPrinted() {
    IssuedKey issued = keys.generate(1, "acme", List.of("read")).getFirst();

    assertThat(issued.toString()).doesNotContain(issued.key());
  }

  @Test
  void canBeNone() {
    assertThat(keys.generate(0, "acme", List.of())).isEmpty();
  }
}
