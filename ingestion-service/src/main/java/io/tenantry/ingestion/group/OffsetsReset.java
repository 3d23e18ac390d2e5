package io.tenantry.ingestion.group;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;

/**
 * What a reset of offsets did, or would do.
 *
 * @param dryRun true if nothing was changed
 */
@RegisterForReflection
record OffsetsReset(String group, String topic, boolean dryRun, List<Move> partitions) {

  /**
   * One partition.
   *
   * @param from the offset before; absent if none was committed
   * @param to the offset of the next message to be read
   */
  @RegisterForReflection
  record Move(int partition, Optional<Long> from, long to) {}
}
