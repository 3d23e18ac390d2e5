package io.tenantry.backup.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.installation.Installation;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.testing.ControlPlane;
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
    ControlPlane.endRecovery();
    mode.forget();
  }

  @Test
  void writesGenerationToStore() throws IOException {
    ControlPlane.raiseGeneration();
    mode.forget();

    watch.checkStores();

    assertThat(read().generation()).isEqualTo(ControlPlane.generation());
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
    assertThat(ControlPlane.seenGeneration()).isEqualTo(LATER);
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
