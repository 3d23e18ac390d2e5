package io.tenantry.partitioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TenantPartitionerTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "550e8400-e29b-41d4-a716-446655440000, 0, 0, 3, 9, 61",
    "tenant-1, 0, 1, 1, 1, 37",
    "Zürich, 0, 2, 5, 5, 17"
  })
  @Tag("I3")
  void isMd5ModuloPartitions(String tenant, int of1, int of3, int of6, int of12, int of64) {
    assertThat(
            IntStream.of(1, 3, 6, 12, 64)
                .map(partitions -> TenantPartitioner.partition(tenant, partitions)))
        .containsExactly(of1, of3, of6, of12, of64);
  }

  @Test
  @Tag("I3")
  void isExactForEveryNumberOfPartitions() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      String tenant = "tenant-" + i;
      int partitions = 1 + random.nextInt(Integer.MAX_VALUE);
      byte[] md5 = MessageDigest.getInstance("MD5").digest(tenant.getBytes(StandardCharsets.UTF_8));

      assertThat(TenantPartitioner.partition(tenant, partitions))
          .isEqualTo(new BigInteger(1, md5).mod(BigInteger.valueOf(partitions)).intValueExact());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  @Tag("I3")
  void refusesTopicWithoutPartitions(int partitions) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TenantPartitioner.partition("tenant-1", partitions));
  }

  @Test
  @Tag("I3")
  void isWhatProducersCall() {
    Node broker = new Node(1, "localhost", 9092);
    Node[] replicas = {broker};
    List<PartitionInfo> six =
        IntStream.range(0, 6)
            .mapToObj(p -> new PartitionInfo("events", p, broker, replicas, replicas))
            .toList();
    Cluster cluster = new Cluster("id", List.of(broker), six, Set.of(), Set.of());
    byte[] key = "Zürich".getBytes(StandardCharsets.UTF_8);

    try (TenantPartitioner partitioner = new TenantPartitioner()) {
      assertThat(partitioner.partition("events", "Zürich", key, null, null, cluster)).isEqualTo(5);
      assertThatThrownBy(() -> partitioner.partition("events", null, null, null, null, cluster))
          .isInstanceOf(InvalidRecordException.class);
    }
  }
}
