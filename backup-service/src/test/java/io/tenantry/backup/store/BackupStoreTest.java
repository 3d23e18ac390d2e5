package io.tenantry.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3Client;

/** What a folder and a real S3 server do alike. */
class BackupStoreTest {

  /** More than two of S3's parts. */
  private static final int LARGE = 20 << 20;

  private static S3Client client;
  private static Path folder;

  /** The kinds of store. */
  private enum Kind {
    FOLDER,
    S3;

    BackupStore store() {
      return this == FOLDER
          ? new FileStore("folder", folder)
          : new S3Store("s3", client, S3Server.BUCKET, "store-test/");
    }
  }

  @BeforeAll
  static void open() throws IOException {
    client = S3Server.shared().client();
    folder = Files.createTempDirectory(Path.of("target"), "store-");
  }

  @AfterAll
  static void close() {
    client.close();
  }

  @ParameterizedTest
  @EnumSource
  void b1KeepsWhatIsCommitted(Kind kind) throws IOException {
    BackupStore store = kind.store();
    for (int size : new int[] {0, 1, 1000, LARGE}) {
      byte[] content = content(size);
      String key = key();
      write(store, key, content, true);

      assertThat(store.size(key)).isEqualTo(size);
      try (InputStream in = store.open(key)) {
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
      assertThat(keys(store)).contains(key);
      store.delete(key);
      store.delete(key);
      assertThat(keys(store)).doesNotContain(key);
    }
  }

  @ParameterizedTest
  @EnumSource
  void b1AnUploadThatIsGivenUpLeavesNothingBehind(Kind kind) throws IOException {
    BackupStore store = kind.store();
    String key = key();

    write(store, key, content(LARGE), false);

    assertThat(keys(store)).doesNotContain(key);
    assertThat(store.removeUnfinished(Instant.now().plusSeconds(60))).isZero();
    assertThatThrownBy(() -> store.open(key).close())
        .isInstanceOfSatisfying(
            TenantryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKUP_DAMAGED));
  }

  @ParameterizedTest
  @EnumSource
  void b6RemovesWhatACrashLeftUnfinished(Kind kind) {
    BackupStore store = kind.store();
    Upload upload = store.begin(key());
    byte[] content = content(LARGE);
    try {
      upload.write(content, 0, content.length);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    // Neither committed nor closed: its process is gone.

    assertThat(store.removeUnfinished(Instant.now().minusSeconds(3600))).isZero();
    assertThat(store.removeUnfinished(Instant.now().plusSeconds(3600))).isEqualTo(1);
  }

  @Test
  void b1NoKeyLeadsOutOfTheFolder() {
    assertThatThrownBy(() -> Kind.FOLDER.store().open("../secret"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void write(BackupStore store, String key, byte[] content, boolean commit)
      throws IOException {
    try (Upload upload = store.begin(key)) {
      upload.write(content);
      if (commit) {
        upload.commit();
      }
    }
  }

  private static List<String> keys(BackupStore store) {
    List<String> keys = new ArrayList<>();
    store.list(file -> keys.add(file.key()));
    return keys;
  }

  private static byte[] content(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }

  private static String key() {
    return UUID.randomUUID() + "/" + UUID.randomUUID();
  }
}
