package io.tenantry.ingestion.deadletter;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Which dead letters are meant; what is empty does not restrict.
 *
 * @param ids numbers in the register
 */
record DeadLetterFilter(
    Optional<UUID> tenantId, Optional<String> reason, Set<Status> statuses, List<Long> ids) {}
