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

@Tag("P13")
class StoreMarkerTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final UUID INSTALLATION = UUID.randomUUID();
  private static final UUID STORE = UUID.randomUUID();

  private static StoreMarker read(String content) {
    return StoreMarker.read(content.getBytes(StandardCharsets.UTF_8), MAPPER);
  }

  @Test
  void readsWhatItWrites() {
    StoreMarker marker = new StoreMarker(Optional.of(INSTALLATION), Optional.of(STORE));

    StoreMarker read = StoreMarker.read(marker.bytes(MAPPER), MAPPER);

    assertThat(read).isEqualTo(marker);
    assertThat(read.isOf(INSTALLATION)).isTrue();
    assertThat(read.isOf(STORE)).isFalse();
  }

  @Test
  void readsMarkerOfLaterVersion() {
    assertThat(
            read(
                "{\"format\": 7, \"more\": [1], \"installation_id\": \"%s\", \"store_id\": \"%s\"}"
                    .formatted(INSTALLATION, STORE)))
        .isEqualTo(new StoreMarker(Optional.of(INSTALLATION), Optional.of(STORE)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "7",
        "{\"installation_id\": \"acme\"}",
        "{\"store_id\": 7}"
      })
  void takesWhatItCannotReadForMarkerOfAnotherInstallation(String content) {
    assertThat(read(content).isOf(INSTALLATION)).isFalse();
  }

  @Test
  void installationAloneIsNoMarker() {
    assertThat(read("{\"installation_id\": \"%s\"}".formatted(INSTALLATION)).isOf(INSTALLATION))
        .isFalse();
  }
}
