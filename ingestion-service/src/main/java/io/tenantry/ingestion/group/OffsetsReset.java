package io.tenantry.ingestion.group;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;

/**
 * The result of a reset of offsets, or of its dry run.
 *
 * @param dryRun true if nothing was changed
 */
@RegisterForReflection
record OffsetsReset(String group, String topic, boolean dryRun, List<Move> partitions) {

  /**
   * The change of one partition.
   *
   * @param from the offset before; absent if none was committed
   * @param to the offset of the next message to be read
   */
  @RegisterForReflection
  record Move(int partition, Optional<Long> from, long to) {}
}
