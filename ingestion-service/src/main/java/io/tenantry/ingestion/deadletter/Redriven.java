package io.tenantry.ingestion.deadletter;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * The result of a redrive, or of its dry run.
 *
 * @param dryRun true if nothing was sent
 * @param matched the number of selected dead letters, up to the limit
 * @param redriven the number that were, or would be, sent again
 * @param parked the number that were skipped because they are parked
 * @param foreign the number that are from another topic, or have no key
 * @param gone the number whose message is no longer kept, or was written without its value
 * @param more whether there are more than the limit
 */
@RegisterForReflection
record Redriven(
    boolean dryRun, int matched, int redriven, int parked, int foreign, int gone, boolean more) {}
