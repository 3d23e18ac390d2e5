package io.tenantry.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B1")
class MeasuredStreamsTest {

  private static final byte[] ABC = "abc".getBytes(StandardCharsets.US_ASCII);

  /** SHA-256 of {@code abc}, the first example of FIPS 180-2. */
  private static final String ABC_CHECKSUM =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void countsAndDigestsWhatIsWritten() throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    MeasuredStreams.Out out = new MeasuredStreams.Out(target);

    out.write('a');
    out.write(ABC, 1, 2);

    assertThat(target.toByteArray()).isEqualTo(ABC);
    assertThat(out.bytes()).isEqualTo(3);
    assertThat(out.checksum()).isEqualTo(ABC_CHECKSUM);
  }

  @Test
  void closesNothingElse() {
    AtomicBoolean closed = new AtomicBoolean();
    MeasuredStreams.Out out =
        new MeasuredStreams.Out(
            new ByteArrayOutputStream() {
              @Override
              public void close() {
                closed.set(true);
              }
            });

    out.close();

    assertThat(closed).isFalse();
  }

  @Test
  void countsAndDigestsWhatIsReadOrSkipped() throws IOException {
    List<Long> progress = new ArrayList<>();
    MeasuredStreams.In in = new MeasuredStreams.In(new ByteArrayInputStream(ABC), progress::add);

    assertThat(in.read()).isEqualTo('a');
    assertThat(in.skip(1)).isEqualTo(1);
    assertThat(in.read(new byte[8])).isEqualTo(1);
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.read(new byte[8])).isEqualTo(-1);

    assertThat(progress).containsExactly(1L, 2L, 3L);
    assertThat(in.bytes()).isEqualTo(3);
    assertThat(in.checksum()).isEqualTo(ABC_CHECKSUM);
    assertThat(in.markSupported()).isFalse();
  }
}
