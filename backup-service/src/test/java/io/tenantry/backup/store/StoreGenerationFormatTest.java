package io.tenantry.backup.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("F2")
class StoreGenerationFormatTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void readsWhatItWrites() {
    StoreGeneration generation =
        new StoreGeneration(Optional.of(UUID.randomUUID()), Long.MAX_VALUE);

    assertThat(StoreGeneration.read(generation.bytes(MAPPER), MAPPER)).isEqualTo(generation);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "null", "{\"installation_id\": \"acme\", \"generation\": 7}"})
  void unreadableObjectIsOfNoInstallation(String content) {
    StoreGeneration read = StoreGeneration.read(content.getBytes(StandardCharsets.UTF_8), MAPPER);

    assertThat(read.installationId()).isEmpty();
    assertThat(read.generation()).isZero();
  }
}
