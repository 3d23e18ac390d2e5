package io.tenantry.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream of unknown length with something after it. */
class FramesTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, (1 << 17) - 1, 1 << 17, (1 << 17) + 1, 1_000_000})
  void returnsStreamAndTrailer(int length) throws IOException {
    byte[] content = content(length);

    Frames.In in = new Frames.In(new ByteArrayInputStream(framed(content)));

    assertThat(in.readAllBytes()).isEqualTo(content);
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.trailer()).containsExactly(1, 2, 3);
  }

  @Test
  void returnsTrailerWhenStreamIsNotRead() throws IOException {
    Frames.In in = new Frames.In(new ByteArrayInputStream(framed(content(300_000))));

    assertThat(in.trailer()).containsExactly(1, 2, 3);
  }

  @Test
  void refusesTruncatedFrames() throws IOException {
    byte[] framed = framed(content(10));
    for (int length = 0; length < framed.length; length++) {
      Frames.In in = new Frames.In(new ByteArrayInputStream(Arrays.copyOf(framed, length)));
      assertThatThrownBy(in::trailer).as("%d bytes", length).isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesDataAfterEnd() throws IOException {
    byte[] framed = framed(content(10));
    Frames.In in =
        new Frames.In(new ByteArrayInputStream(Arrays.copyOf(framed, framed.length + 1)));

    assertThatThrownBy(in::trailer).hasMessageContaining("continues after its trailer");
  }

  private static byte[] framed(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Frames.Out out = new Frames.Out(bytes);
    out.write(content);
    out.finish(new byte[] {1, 2, 3});
    return bytes.toByteArray();
  }

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }
}
