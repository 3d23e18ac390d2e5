package io.tenantry.ingestion.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("I5")
class CompressedChunksTest {

  private final CompressedChunks chunks = new CompressedChunks();

  @Test
  void readsAcrossChunks() throws IOException {
    chunks.add(Buffer.buffer("ab"));
    chunks.add(Buffer.buffer());
    chunks.add(Buffer.buffer("cde"));

    assertThat(chunks.remaining()).isEqualTo(5);
    assertThat(chunks.read()).isEqualTo('a');
    assertThat(chunks.available()).isEqualTo(4);
    assertThat(chunks.readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("bcde");
    assertThat(chunks.remaining()).isZero();
  }

  @Test
  void readsNoMoreThanAskedFor() {
    chunks.add(Buffer.buffer("abcdef"));
    byte[] into = new byte[10];

    assertThat(chunks.read(into, 2, 3)).isEqualTo(3);
    assertThat(into).startsWith(0, 0, 'a', 'b', 'c', 0);
    assertThat(chunks.remaining()).isEqualTo(3);
  }

  @Test
  void readsBytesAsUnsigned() {
    chunks.add(Buffer.buffer(new byte[] {(byte) 0xff}));

    assertThat(chunks.read()).isEqualTo(255);
    assertThat(chunks.read()).isEqualTo(-1);
  }

  @Test
  void continuesWithChunksThatArriveLater() {
    assertThat(chunks.read()).isEqualTo(-1);
    chunks.add(Buffer.buffer("a"));
    assertThat(chunks.read()).isEqualTo('a');
  }
}
