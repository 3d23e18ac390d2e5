package io.tenantry.backup.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.installation.Installation;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.health.Readiness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A store's generation shows that the control database was restored from a backup. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("F2")
@Tag("P13")
class StoreGenerationTest {

  private static final Path WRITTEN = StoresResource.FOLDER.resolve(StoreGeneration.KEY);
  private static final long LATER = 1_000_000_000;

  @Inject @Readiness StoreWatch watch;
  @Inject RecoveryMode mode;
  @Inject Installation installation;
  @Inject ObjectMapper mapper;

  @BeforeEach
  void begin() throws IOException {
    TestTenant.withDatabase();
    end();
  }

  @AfterEach
  void end() throws IOException {
    Files.deleteIfExists(WRITTEN);
    ControlDatabase.execute(
        "UPDATE control_plane.installation SET recovery_since = NULL, recovery_reason = NULL, seen_generation = 0");
    mode.forget();
  }

  @Test
  void writesGenerationToStore() throws IOException {
    ControlDatabase.execute("UPDATE control_plane.installation SET generation = generation + 1");
    mode.forget();

    watch.checkStores();

    assertThat(String.valueOf(read().generation()))
        .isEqualTo(
            ControlDatabase.column("SELECT generation FROM control_plane.installation").getFirst());
    assertThat(mode.active()).isFalse();
  }

  @Test
  void startsRecoveryModeIfStoreHasHigherGeneration() throws IOException {
    write(new StoreGeneration(Optional.of(installation.id()), LATER));

    watch.checkStores();

    assertThat(mode.active()).isTrue();
    assertThat(mode.state().reason())
        .startsWith("The primary backup store has seen generation " + LATER);
    assertThat(read().generation()).isEqualTo(LATER);
    assertThat(ControlDatabase.column("SELECT seen_generation FROM control_plane.installation"))
        .containsExactly(String.valueOf(LATER));
  }

  @Test
  void ignoresGenerationOfAnotherInstallation() throws IOException {
    write(new StoreGeneration(Optional.of(UUID.randomUUID()), LATER));

    watch.checkStores();

    assertThat(mode.active()).isFalse();
    assertThat(read().installationId()).hasValue(installation.id());
  }

  @Test
  void ignoresUnreadableGeneration() throws IOException {
    Files.writeString(WRITTEN, "{\"installation_id\": 7");

    watch.checkStores();

    assertThat(mode.active()).isFalse();
    assertThat(read().installationId()).hasValue(installation.id());
  }

  private void write(StoreGeneration generation) throws IOException {
    Files.write(WRITTEN, generation.bytes(mapper));
  }

  private StoreGeneration read() throws IOException {
    return StoreGeneration.read(Files.readAllBytes(WRITTEN), mapper);
  }
}
