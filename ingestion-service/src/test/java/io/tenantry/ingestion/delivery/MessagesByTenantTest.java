package io.tenantry.ingestion.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages are delivered in lanes: one tenant's of one partition, in their order. */
@Tag("I11")
class MessagesByTenantTest {

  private static final UUID A = UUID.randomUUID();
  private static final UUID B = UUID.randomUUID();

  private static ConsumerRecord<byte[], byte[]> message(int partition, long offset, String key) {
    byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    return new ConsumerRecord<>("events", partition, offset, bytes, new byte[0]);
  }

  private static List<Long> offsets(List<ConsumerRecord<byte[], byte[]>> messages) {
    return messages.stream().map(ConsumerRecord::offset).toList();
  }

  @Test
  void keepsOrderWithinEachLane() {
    DeliveryDispatcher.MessagesByTenant sorted =
        DeliveryDispatcher.MessagesByTenant.of(
            List.of(
                message(0, 1, A.toString()),
                message(0, 2, B.toString()),
                message(1, 1, A.toString()),
                message(0, 3, A.toString())));

    assertThat(sorted.owned())
        .containsOnlyKeys(
            new TenantPartition(0, A), new TenantPartition(0, B), new TenantPartition(1, A));
    assertThat(offsets(sorted.owned().get(new TenantPartition(0, A)))).containsExactly(1L, 3L);
    assertThat(sorted.unowned()).isEmpty();
  }

  @Test
  void separatesMessagesOfNoTenant() {
    DeliveryDispatcher.MessagesByTenant sorted =
        DeliveryDispatcher.MessagesByTenant.of(
            List.of(
                message(0, 1, null),
                message(0, 2, "x"),
                message(0, 3, A.toString()),
                message(0, 4, A.toString().toUpperCase(Locale.ROOT))));

    assertThat(offsets(sorted.unowned())).containsExactly(1L, 2L, 4L);
    assertThat(sorted.owned()).containsOnlyKeys(new TenantPartition(0, A));
  }

  @Test
  void filtersLanesButKeepsMessagesOfNoTenant() {
    DeliveryDispatcher.MessagesByTenant sorted =
        DeliveryDispatcher.MessagesByTenant.of(
            List.of(message(0, 1, A.toString()), message(0, 2, B.toString()), message(0, 3, null)));

    DeliveryDispatcher.MessagesByTenant some = sorted.only(target -> target.tenant().equals(B));

    assertThat(some.owned()).containsOnlyKeys(new TenantPartition(0, B));
    assertThat(some.unowned()).hasSize(1);
    assertThat(sorted.owned()).hasSize(2);
  }
}
