package io.tenantry.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.backup.store.ArchiveId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("B1")
class ArchiveHeaderTest {

  private static final UUID TENANT = UUID.randomUUID();
  private static final UUID BACKUP = UUID.randomUUID();
  private static final UUID KEY = UUID.randomUUID();
  private static final ArchiveHeader OLD =
      new ArchiveHeader(TENANT, BACKUP, Optional.empty(), Optional.empty());
  private static final ArchiveHeader CURRENT =
      new ArchiveHeader(TENANT, BACKUP, Optional.of(UUID.randomUUID()), Optional.of(KEY));

  static Stream<ArchiveHeader> headers() {
    return Stream.of(OLD, CURRENT);
  }

  private static byte[] followedByMore(byte[] header) {
    return Arrays.copyOf(header, header.length + 100);
  }

  @ParameterizedTest
  @MethodSource("headers")
  void readsWhatItWritesAndNothingBehindIt(ArchiveHeader header) throws IOException {
    ByteArrayInputStream stored = new ByteArrayInputStream(followedByMore(header.bytes()));

    assertThat(ArchiveHeader.read(stored)).isEqualTo(header);

    assertThat(stored.available()).isEqualTo(100);
    assertThat(ArchiveHeader.parse(followedByMore(header.bytes()))).contains(header);
    assertThat(header.bytes()).hasSizeLessThanOrEqualTo(ArchiveHeader.MAX_LENGTH);
  }

  @Test
  void onlyCurrentFormatHasRecord() {
    assertThat(OLD.hasRecord()).isFalse();
    assertThat(CURRENT.hasRecord()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("headers")
  void reportsHeaderThatIsCutOff(ArchiveHeader header) {
    IntStream.range(0, header.bytes().length)
        .mapToObj(length -> Arrays.copyOf(header.bytes(), length))
        .forEach(
            cut -> {
              assertThatThrownBy(() -> ArchiveHeader.read(new ByteArrayInputStream(cut)))
                  .isInstanceOf(DamagedArchive.class)
                  .hasMessageContaining("it is truncated");
              assertThat(ArchiveHeader.parse(cut)).isEmpty();
            });
  }

  @Test
  void reportsWhatIsNoBackup() {
    byte[] other = CURRENT.bytes();
    other[15] = '3';

    assertThatThrownBy(() -> ArchiveHeader.read(new ByteArrayInputStream(other)))
        .isInstanceOf(DamagedArchive.class)
        .hasMessageContaining("not a Tenantry backup");
    assertThat(ArchiveHeader.parse(other)).isEmpty();
  }

  @Test
  void requiresTenantBackupAndKey() {
    ArchiveId id = new ArchiveId(TENANT, BACKUP);

    assertThatCode(() -> CURRENT.require(id, Optional.of(KEY))).doesNotThrowAnyException();
    assertThatCode(() -> CURRENT.require(id, Optional.empty())).doesNotThrowAnyException();
    assertThatCode(() -> OLD.require(id, Optional.of(KEY))).doesNotThrowAnyException();
    assertThatThrownBy(() -> CURRENT.require(id, Optional.of(UUID.randomUUID())))
        .hasMessageContaining("first bytes were altered");
    assertThatThrownBy(
            () -> CURRENT.require(new ArchiveId(UUID.randomUUID(), BACKUP), Optional.of(KEY)))
        .hasMessageContaining("another tenant");
    assertThatThrownBy(
            () -> CURRENT.require(new ArchiveId(TENANT, UUID.randomUUID()), Optional.of(KEY)))
        .hasMessageContaining("another backup of this tenant");
  }
}
