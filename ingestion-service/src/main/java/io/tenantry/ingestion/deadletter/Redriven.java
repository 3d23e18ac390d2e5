package io.tenantry.ingestion.deadletter;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What a redrive did, or would do.
 *
 * @param dryRun true if nothing was sent
 * @param matched how many dead letters were looked at, up to the limit
 * @param redriven how many were, or would be, sent again
 * @param parked how many were left alone, because they were sent again too often
 * @param foreign how many are from topics that this service does not own, or have no key
 * @param gone how many the dead letter topic does not keep any more, or was too small for
 * @param more whether there are more than the limit
 */
@RegisterForReflection
record Redriven(
    boolean dryRun, int matched, int redriven, int parked, int foreign, int gone, boolean more) {}
