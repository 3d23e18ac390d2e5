package io.tenantry.tenant.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tenantry.kernel.event.CloudEvent;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.http.JsonBodyReader;
import io.tenantry.kernel.http.JsonConventions;
import io.tenantry.kernel.messaging.CommandGate;
import jakarta.validation.Validation;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which messages are commands, and which commands the operator permits. */
@Tag("T14")
class CommandReaderTest {

  private static final UUID TENANT = UUID.randomUUID();

  private static CommandReader reader(CommandGate gate, boolean allowDeletionWithoutBackup) {
    ObjectMapper mapper = new ObjectMapper().findAndRegisterModules();
    new JsonConventions().customize(mapper);
    return new CommandReader(
        gate,
        () -> allowDeletionWithoutBackup,
        new JsonBodyReader(mapper, Validation.buildDefaultValidatorFactory().getValidator()));
  }

  private static CommandReader reader() {
    return reader(new CommandGate(true, Set.of()), false);
  }

  private static CloudEvent event(String type, String data) {
    return new CloudEvent("/tests", UUID.randomUUID().toString(), type, data);
  }

  private static CloudEvent deletion(String finalBackup) {
    return event(
        ProvisioningCommands.DEPROVISION_TENANT,
        "{\"tenant_id\":\"%s\",\"final_backup\":%s}".formatted(TENANT, finalBackup));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ProvisioningCommands.PROVISION_PROJECT,
        ProvisioningCommands.PROVISION_TENANT,
        ProvisioningCommands.DEPROVISION_TENANT,
        "io.tenantry.launch_rocket.v1"
      })
  @Tag("F18")
  @Tag("P13")
  void refusesEveryCommandWhileCommandsAreSwitchedOff(String type) {
    CommandReader disabled = reader(new CommandGate(false, Set.of()), true);
    CommandReader disabledTopic =
        reader(new CommandGate(true, Set.of(ProvisioningCommands.TOPIC)), true);

    assertThatThrownBy(() -> disabled.read(event(type, "{}")))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining("switched off: COMMANDS_ENABLED");
    assertThatThrownBy(() -> disabledTopic.read(event(type, "{}")))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining("switched off: COMMANDS_DISABLED_TOPICS");
  }

  @Test
  @Tag("F18")
  @Tag("P13")
  void permitsDeletionWithoutBackupOnlyWhereTheOperatorAllowsIt() {
    CommandReader allowing = reader(new CommandGate(true, Set.of()), true);

    assertThatThrownBy(() -> reader().read(deletion("false")))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining("COMMANDS_ALLOW_DELETION_WITHOUT_BACKUP");
    assertThat(allowing.read(deletion("false")).body())
        .isEqualTo(new DeprovisionTenant(TENANT, Optional.of(false)));
  }

  @Test
  void permitsDeletionWithABackup() {
    assertThat(reader().read(deletion("true")).body())
        .isEqualTo(new DeprovisionTenant(TENANT, Optional.of(true)));
    assertThat(
            reader()
                .read(
                    event(
                        ProvisioningCommands.DEPROVISION_TENANT,
                        "{\"tenant_id\":\"%s\"}".formatted(TENANT)))
                .body())
        .isEqualTo(new DeprovisionTenant(TENANT, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "io.tenantry.provision_project.v1  | {not json                    | not JSON",
        "io.tenantry.deprovision_tenant.v1 | {\"name\":\"a\"}             | name is not a known field",
        "io.tenantry.deprovision_tenant.v1 | {\"tenant_id\":\"a\"}        | tenant_id has the wrong type",
        "io.tenantry.deprovision_tenant.v1 | {\"final_backup\":true}      | tenant_id is required",
        "io.tenantry.deprovision_tenant.v1 | []                           | must be a JSON object",
        "io.tenantry.deprovision_tenant.v1 | ''                           | not JSON",
        "io.tenantry.launch_rocket.v1      | {}                           | not a known command",
      })
  void saysWhyAMessageIsNoCommand(String type, String data, String reason) {
    assertThatThrownBy(() -> reader().read(event(type, data)))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining(reason);
  }

  @Test
  void usesTheCommandsIdAsThatOfItsJob() {
    UUID id = UUID.randomUUID();

    assertThat(reader().read(deletion(id.toString(), "/a")).jobId()).isEqualTo(id);
  }

  /** So that a command that is delivered twice is one job. */
  @Test
  void derivesAStableJobIdFromAnIdThatIsNoUuid() {
    UUID first = reader().read(deletion("order-1", "/a")).jobId();

    assertThat(reader().read(deletion("order-1", "/a")).jobId()).isEqualTo(first);
    assertThat(reader().read(deletion("order-2", "/a")).jobId()).isNotEqualTo(first);
    assertThat(reader().read(deletion("order-1", "/b")).jobId()).isNotEqualTo(first);
  }

  private static CloudEvent deletion(String id, String source) {
    return new CloudEvent(
        source,
        id,
        ProvisioningCommands.DEPROVISION_TENANT,
        "{\"tenant_id\":\"%s\"}".formatted(TENANT));
  }

  @Test
  @Tag("F18")
  void readsThePermissionsFromTheEnvironment() throws IOException {
    SmallRyeConfig shipped = config(Map.of());
    SmallRyeConfig changed =
        config(
            Map.of("COMMANDS_ALLOW_DELETION_WITHOUT_BACKUP", "true", "COMMANDS_ENABLED", "false"));

    assertThat(shipped.getConfigMapping(CommandConfig.class).allowDeletionWithoutBackup())
        .isFalse();
    assertThat(shipped.getValue("tenantry.commands.enabled", boolean.class)).isTrue();
    assertThat(changed.getConfigMapping(CommandConfig.class).allowDeletionWithoutBackup()).isTrue();
    assertThat(changed.getValue("tenantry.commands.enabled", boolean.class)).isFalse();
  }

  private static SmallRyeConfig config(Map<String, String> environment) throws IOException {
    SmallRyeConfigBuilder builder =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withMapping(CommandConfig.class)
            .withValidateUnknown(false)
            .withSources(new PropertiesConfigSource(environment, "environment", 300));
    for (String resource :
        List.of("application.properties", "META-INF/microprofile-config.properties")) {
      for (URL url :
          Collections.list(CommandConfig.class.getClassLoader().getResources(resource))) {
        builder = builder.withSources(new PropertiesConfigSource(url, 100));
      }
    }
    return builder.build();
  }
}
