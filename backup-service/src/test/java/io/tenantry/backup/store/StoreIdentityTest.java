package io.tenantry.backup.store;

import static io.tenantry.backup.BackupApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.installation.Installation;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3Client;

/** A store's marker names its installation; another installation's store is not changed. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("F3")
@Tag("P13")
class StoreIdentityTest {

  private static final Instant FUTURE = Instant.MAX;

  @Inject Installation installation;
  @Inject StoreRecords records;
  @Inject ObjectMapper mapper;

  private final String name = UUID.randomUUID().toString();
  private S3Client client;

  /** The kinds of store. */
  private enum Kind {
    FOLDER,
    S3
  }

  @BeforeEach
  void open() {
    TestTenant.withDatabase();
    client = S3Server.shared().client();
  }

  @AfterEach
  void close() {
    client.close();
  }

  private ObjectStore objects(Kind kind, String place) {
    return kind == Kind.FOLDER
        ? new FileStore(StoresResource.FOLDER.resolveSibling(place))
        : new S3Store("test", client, S3Server.BUCKET, place + "/");
  }

  private BackupStore store(ObjectStore objects) {
    return new BackupStore("store", objects, Optional.empty(), installation, records, mapper);
  }

  @ParameterizedTest
  @EnumSource
  void marksEmptyStoreAtFirstUse(Kind kind) throws IOException {
    ObjectStore objects = objects(kind, name);
    BackupStore store = store(objects);

    String key = write(store);

    StoreMarker marker = marker(objects);
    assertThat(marker.installationId()).hasValue(installation.id());
    assertThat(store.id()).isEqualTo(marker.storeId());
    assertThat(store.status().state()).isEqualTo(StoreState.OURS);
    assertThat(listed(store)).containsExactly(key);
    store.delete(key);
    assertThat(listed(store)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void changesNothingInStoreOfAnotherInstallation(Kind kind) throws IOException {
    ObjectStore objects = objects(kind, name);
    String key = put(objects);
    objects.put(
        StoreMarker.KEY,
        new StoreMarker(Optional.of(UUID.randomUUID()), Optional.of(UUID.randomUUID()))
            .bytes(mapper));
    BackupStore store = store(objects);

    for (Supplier<?> use :
        List.<Supplier<?>>of(
            () -> store.startUpload(key()),
            () -> delete(store, key),
            () -> store.removeUnfinished(FUTURE),
            store::claim)) {
      refused(use, ErrorCode.STORE_BELONGS_TO_ANOTHER_INSTALLATION);
    }

    assertThat(store.status().state()).isEqualTo(StoreState.FOREIGN);
    assertThat(store.size(key)).isEqualTo(1);
    // A file that is missing here may be in the store that should be mounted.
    refused(() -> store.size(key()), ErrorCode.STORE_BELONGS_TO_ANOTHER_INSTALLATION);
  }

  @ParameterizedTest
  @EnumSource
  void takesUnreadableMarkerForAnotherInstallations(Kind kind) {
    ObjectStore objects = objects(kind, name);
    objects.put(
        StoreMarker.KEY, "{\"format\": 9}".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertThat(store(objects).status().state()).isEqualTo(StoreState.FOREIGN);
  }

  @ParameterizedTest
  @EnumSource
  void refusesStoreWithoutMarker(Kind kind) throws IOException {
    ObjectStore objects = objects(kind, name);
    BackupStore store = store(objects);
    String key = write(store);
    // As a folder looks on which its volume is not mounted.
    objects.delete(StoreMarker.KEY);
    objects.delete(key);

    refused(() -> store.startUpload(key()), ErrorCode.STORE_UNAVAILABLE);
    refused(() -> store.open(key), ErrorCode.STORE_UNAVAILABLE);
    refused(() -> delete(store, key), ErrorCode.STORE_UNAVAILABLE);
    assertThat(store.status().state()).isEqualTo(StoreState.MARKER_MISSING);
    assertThat(objects.find(StoreMarker.KEY)).isEmpty();

    assertThat(store.claim().state()).isEqualTo(StoreState.OURS);
    write(store);
  }

  @ParameterizedTest
  @EnumSource
  void deletesNothingInStoreWithUnknownBackups(Kind kind) throws IOException {
    ObjectStore objects = objects(kind, name);
    String key = put(objects);
    BackupStore store = store(objects);

    assertThat(store.status().state()).isEqualTo(StoreState.UNCLAIMED);
    assertThat(objects.find(StoreMarker.KEY)).isEmpty();
    assertThat(store.size(key)).isEqualTo(1);
    refused(() -> delete(store, key), ErrorCode.STORE_NOT_CLAIMED);
    refused(() -> store.removeUnfinished(FUTURE), ErrorCode.STORE_NOT_CLAIMED);
    write(store);

    assertThat(store.claim().state()).isEqualTo(StoreState.OURS);
    store.delete(key);
  }

  @Test
  void marksOldStoreIfAllItsBackupsAreKnown() throws IOException {
    ObjectStore objects = objects(Kind.FOLDER, name);
    String key = put(objects);
    Files.writeString(StoresResource.FOLDER.resolveSibling(name).resolve("notes.txt"), "hello");
    ControlDatabase.execute(
        """
        INSERT INTO backup.backups (backup_id, tenant_id, tenant_name, kind, status, job_id, retention_days)
        VALUES (?::uuid, ?::uuid, 'acme', 'manual', 'failed', gen_random_uuid(), 1)
        """,
        key.substring(37, 73),
        key.substring(0, 36));

    assertThat(store(objects).status().state()).isEqualTo(StoreState.OURS);
  }

  @Test
  void refusesAnotherStoreOfSameInstallation() throws IOException {
    ObjectStore here = objects(Kind.FOLDER, name);
    write(store(here));
    ObjectStore other = objects(Kind.FOLDER, name + "-other");
    write(store(other));
    // As when two volumes are mounted the wrong way round.
    here.put(StoreMarker.KEY, other.find(StoreMarker.KEY).orElseThrow());
    BackupStore store = store(here);

    assertThat(store.status().state()).isEqualTo(StoreState.OTHER_STORE);
    refused(() -> store.startUpload(key()), ErrorCode.STORE_UNAVAILABLE);

    assertThat(store.claim().state()).isEqualTo(StoreState.OURS);
  }

  @Test
  void refusesPrimaryStoreAsSecondary() throws IOException {
    Path folder = StoresResource.FOLDER.resolveSibling(name);
    BackupStore primary = store(new FileStore(folder));
    write(primary);
    Path link =
        Files.createSymbolicLink(StoresResource.FOLDER.resolveSibling(name + "-link"), folder);
    BackupStore secondary =
        new BackupStore(
            "secondary", new FileStore(link), Optional.of(primary), installation, records, mapper);

    assertThat(secondary.status().state()).isEqualTo(StoreState.SAME_AS_PRIMARY);
    refused(() -> secondary.startUpload(key()), ErrorCode.STORE_UNAVAILABLE);
    refused(secondary::claim, ErrorCode.STORE_UNAVAILABLE);
  }

  @Test
  void keepsNonBackupsEvenIfForced() {
    BackupStore store = store(objects(Kind.FOLDER, name));

    assertThatThrownBy(() -> store.delete("control-db/control.dump"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.delete(StoreMarker.KEY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void listsStoresAndAdminClaimsThem() {
    asAdmin()
        .get("/api/v1/stores")
        .then()
        .statusCode(200)
        .body("items.name", hasItems("primary", "secondary"))
        .body("items[0].state", equalTo("ours"))
        .body("items[0].installation_id", equalTo(installation.id().toString()));
    asAdmin().post("/api/v1/stores/primary/claim").then().statusCode(200);
    asAdmin()
        .post("/api/v1/stores/tertiary/claim")
        .then()
        .statusCode(404)
        .body("code", equalTo("STORE_NOT_FOUND"));
  }

  private static void refused(Supplier<?> use, ErrorCode code) {
    assertThatThrownBy(use::get)
        .isInstanceOfSatisfying(TenantryException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static boolean delete(BackupStore store, String key) {
    store.delete(key);
    return true;
  }

  /** A file of a previous user of the store. */
  private static String put(ObjectStore objects) throws IOException {
    String key = key();
    try (Upload upload = objects.startUpload(key, UUID.randomUUID())) {
      upload.write(1);
      upload.commit();
    }
    return key;
  }

  private static String write(BackupStore store) throws IOException {
    String key = key();
    try (Upload upload = store.startUpload(key)) {
      upload.write(1);
      upload.commit();
    }
    return key;
  }

  private StoreMarker marker(ObjectStore objects) {
    return StoreMarker.read(objects.find(StoreMarker.KEY).orElseThrow(), mapper);
  }

  private static List<String> listed(BackupStore store) {
    List<String> keys = new ArrayList<>();
    store.list(file -> keys.add(file.key()));
    return keys;
  }

  private static String key() {
    return UUID.randomUUID() + "/" + UUID.randomUUID() + ".tenantry-backup";
  }
}
