package io.tenantry.backup.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("B1")
class ArchiveIdTest {

  private static final String TENANT = "11111111-2222-3333-4444-55555555555a";
  private static final String BACKUP = "66666666-7777-8888-9999-00000000000b";
  private static final ArchiveId ID =
      new ArchiveId(UUID.fromString(TENANT), UUID.fromString(BACKUP));
  private static final String KEY = TENANT + "/" + BACKUP + ".tenantry-backup";

  @Test
  void namesTenantAndBackupInKey() {
    assertThat(ID.objectKey()).isEqualTo(KEY);
    assertThat(ArchiveId.ofKey(KEY)).contains(ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tenantry-store.json",
        TENANT,
        TENANT + "/" + BACKUP,
        TENANT + "/" + BACKUP + ".tenantry-backup.part",
        TENANT + "/" + BACKUP + "-tenantry-backup",
        TENANT + "/more/" + BACKUP + ".tenantry-backup",
        "prefix/" + TENANT + "/" + BACKUP + ".tenantry-backup",
        "../" + TENANT + "/" + BACKUP + ".tenantry-backup",
        TENANT + "/" + "66666666-7777-8888-9999-00000000000B" + ".tenantry-backup",
        "1-2-3-4-5/" + BACKUP + ".tenantry-backup",
        TENANT + "/" + BACKUP + ".tenantry-backup\n"
      })
  void findsNoBackupInOtherKeys(String key) {
    assertThat(ArchiveId.ofKey(key)).isEmpty();
  }
}
