package io.tenantry.kernel.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.resource.ResourceName;
import org.flywaydb.core.internal.resource.ResourceNameParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names are read as Flyway reads them. */
@Tag("F5")
class MigrationNameTest {

  private final ResourceNameParser flyway = new ResourceNameParser(new FluentConfiguration());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "V1__a.sql",
        "V2__add-b.sql",
        "V3__add b.sql",
        "V4__add.b.sql",
        "V5__Ünï.sql",
        "V6__it's.sql",
        "V7__100%_\"quoted\".sql",
        "V1_4__queues-pkey.sql",
        "V1.4.10__x.sql",
        "V001__x.sql",
        "V20260101120000__x.sql",
        "V123456789012345678901234567890__x.sql",
        "V1___x.sql",
        "V1__.sql",
        "V1__a__b.sql",
        "R__views and more.sql",
        "R__.sql"
      })
  void acceptsWhatFlywayAccepts(String name) {
    ResourceName expected = flyway.parse(name);

    MigrationName parsed = MigrationName.of(name);

    assertThat(expected.isValid()).isTrue();
    assertThat(parsed.version().map(Object::toString).orElse(""))
        .isEqualTo(String.valueOf(expected.getVersion()).replace("null", ""));
    assertThat(parsed.kind().name())
        .startsWith(expected.getPrefix().equals("R") ? "R" : expected.getPrefix());
    assertThat(MigrationName.of(name + ".conf").isConfig()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "V__x.sql",
        "V1a__x.sql",
        "V1.__x.sql",
        "Vx__x.sql",
        "R1__x.sql",
        "v1__x.sql",
        "X1__x.sql"
      })
  void refusesWhatFlywayRefuses(String name) {
    assertThat(flyway.parse(name).isValid()).isFalse();

    assertThatThrownBy(() -> MigrationName.of(name)).isInstanceOf(ScriptRefused.class);
  }

  @Test
  void readsUndoScriptsWhichFlywaysFreeEditionLacks() {
    MigrationName name = MigrationName.of("U2_1__take-b away.sql");

    assertThat(name.kind()).isEqualTo(MigrationName.Kind.UNDO);
    assertThat(name.version()).contains(MigrationVersion.fromVersion("2.1"));
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> MigrationName.of("V1a__x.sql")).hasMessageContaining("\"1a\"");
    assertThatThrownBy(() -> MigrationName.of("a/V1__x.sql")).hasMessageContaining("folder");
    assertThatThrownBy(() -> MigrationName.of("V1__" + "ü".repeat(130) + ".sql"))
        .hasMessageContaining("255 bytes");
    assertThatThrownBy(() -> MigrationName.of("V1__a\tb.sql")).hasMessageContaining("control");
    assertThatThrownBy(() -> MigrationName.of("V1__a.SQL")).hasMessageContaining(".sql");
  }
}
