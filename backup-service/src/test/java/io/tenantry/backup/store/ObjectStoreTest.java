package io.tenantry.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** What a folder and a real S3 server do alike. */
class ObjectStoreTest {

  /** More than two of S3's parts. */
  private static final int LARGE = 20 << 20;

  private static final UUID OURS = UUID.randomUUID();
  private static final UUID OTHERS = UUID.randomUUID();

  private static S3Client client;
  private static Path folder;

  /** The kinds of store. */
  private enum Kind {
    FOLDER,
    S3;

    ObjectStore store() {
      return this == FOLDER
          ? new FileStore(folder)
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

  @Tag("B1")
  @ParameterizedTest
  @EnumSource
  void keepsCommittedObjects(Kind kind) throws IOException {
    ObjectStore store = kind.store();
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

  @Tag("B1")
  @ParameterizedTest
  @EnumSource
  void abortedUploadLeavesNothingBehind(Kind kind) throws IOException {
    ObjectStore store = kind.store();
    String key = key();

    write(store, key, content(LARGE), false);

    assertThat(keys(store)).doesNotContain(key);
    assertThat(store.removeUnfinished(OURS, Instant.now().plusSeconds(60))).isZero();
    assertThatThrownBy(() -> store.open(key).close())
        .isInstanceOfSatisfying(
            TenantryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKUP_DAMAGED));
  }

  @Tag("B6")
  @ParameterizedTest
  @EnumSource
  void removesUnfinishedUploadsAfterCrash(Kind kind) {
    ObjectStore store = kind.store();
    Upload upload = store.startUpload(key(), OURS);
    byte[] content = content(LARGE);
    try {
      upload.write(content, 0, content.length);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    // Neither committed nor closed: its process is gone.

    assertThat(store.removeUnfinished(OURS, Instant.now().minusSeconds(3600))).isZero();
    assertThat(store.removeUnfinished(OURS, Instant.now().plusSeconds(3600))).isEqualTo(1);
  }

  @Test
  @Tag("F3")
  @Tag("P13")
  void keepsUnfinishedFilesOfOtherInstallations() throws IOException {
    ObjectStore store = Kind.FOLDER.store();
    Upload others = store.startUpload(key(), OTHERS);
    others.write(content(1000));
    Path older = folder.resolve(".unfinished").resolve(UUID.randomUUID().toString());
    Files.writeString(older, "from a version whose files had no installation in their name");

    assertThat(store.removeUnfinished(OURS, Instant.now().plusSeconds(3600))).isZero();

    others.commit();
    assertThat(older).exists();
    Files.delete(older);
  }

  @Test
  @Tag("F3")
  @Tag("P13")
  void keepsUnfinishedUploadsOfOtherObjects() {
    ObjectStore store = Kind.S3.store();
    String foreign =
        client
            .createMultipartUpload(r -> r.bucket(S3Server.BUCKET).key("store-test/photo.jpg"))
            .uploadId();

    assertThat(store.removeUnfinished(OURS, Instant.now().plusSeconds(3600))).isZero();

    assertThat(client.listMultipartUploads(r -> r.bucket(S3Server.BUCKET)).uploads())
        .extracting(MultipartUpload::uploadId)
        .contains(foreign);
    client.abortMultipartUpload(
        r -> r.bucket(S3Server.BUCKET).key("store-test/photo.jpg").uploadId(foreign));
  }

  @ParameterizedTest
  @EnumSource
  void readsSmallObjectsAndStartOfAny(Kind kind) throws IOException {
    ObjectStore store = kind.store();
    String name = "tenantry-store.json";
    assertThat(store.find("none.json")).isEmpty();

    store.put(name, new byte[] {1, 2, 3});
    store.put(name, new byte[] {4, 5});

    assertThat(store.find(name)).hasValue(new byte[] {4, 5});
    assertThat(store.start(name, 1)).containsExactly(4);
    assertThat(store.start(name, 100)).containsExactly(4, 5);
    String empty = key();
    write(store, empty, new byte[0], true);
    assertThat(store.start(empty, 100)).isEmpty();
  }

  @Tag("B1")
  @Test
  void refusesKeysOutsideFolder() {
    assertThatThrownBy(() -> Kind.FOLDER.store().open("../secret"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void write(ObjectStore store, String key, byte[] content, boolean commit)
      throws IOException {
    try (Upload upload = store.startUpload(key, OURS)) {
      upload.write(content);
      if (commit) {
        upload.commit();
      }
    }
  }

  private static List<String> keys(ObjectStore store) {
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
    return UUID.randomUUID() + "/" + UUID.randomUUID() + ".tenantry-backup";
  }
}
