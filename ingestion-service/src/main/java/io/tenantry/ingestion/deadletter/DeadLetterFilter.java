package io.tenantry.ingestion.deadletter;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Selects dead letters; empty fields do not restrict the selection.
 *
 * @param ids numbers in the register
 */
record DeadLetterFilter(
    Optional<UUID> tenantId, Optional<String> reason, Set<Status> statuses, List<Long> ids) {}
