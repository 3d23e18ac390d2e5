package io.tenantry.partitioner;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.InvalidRecordException;
import org.jspecify.annotations.Nullable;

/**
 * Assigns all messages of a tenant to one partition, so that they keep their order. The partition
 * is the MD5 of the message's key, which is the tenant's id in UTF-8, as a big-endian integer,
 * modulo the topic's number of partitions. Set it as a producer's {@code partitioner.class}.
 */
public final class TenantPartitioner implements Partitioner {

  /**
   * The partition of a tenant.
   *
   * @param tenantId its id
   * @param partitions the topic's number of partitions, at least 1
   * @throws IllegalArgumentException if the number is less than 1
   */
  public static int partition(String tenantId, int partitions) {
    return partition(tenantId.getBytes(StandardCharsets.UTF_8), partitions);
  }

  private static int partition(byte[] tenantId, int partitions) {
    if (partitions <= 0) {
      throw new IllegalArgumentException(
          "the number of partitions must be at least 1, not " + partitions);
    }
    ByteBuffer digest = ByteBuffer.wrap(md5().digest(tenantId));
    // (high * 2^64 + low) mod n, without big integers: n is an int, so no product overflows.
    long high = Long.remainderUnsigned(digest.getLong(), partitions);
    long low = Long.remainderUnsigned(digest.getLong(), partitions);
    long power = (Long.remainderUnsigned(-1L, partitions) + 1) % partitions;
    return (int) ((high * power + low) % partitions);
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }

  /**
   * The partition of the tenant whose id is the message's key.
   *
   * @throws InvalidRecordException if the message has no key
   */
  @Override
  public int partition(
      String topic,
      @Nullable Object key,
      byte @Nullable [] keyBytes,
      @Nullable Object value,
      byte @Nullable [] valueBytes,
      Cluster cluster) {
    if (keyBytes == null) {
      throw new InvalidRecordException("the message has no key; set it to the tenant's id");
    }
    return partition(keyBytes, cluster.partitionsForTopic(topic).size());
  }

  @Override
  public void configure(Map<String, ?> settings) {}

  @Override
  public void close() {}
}
