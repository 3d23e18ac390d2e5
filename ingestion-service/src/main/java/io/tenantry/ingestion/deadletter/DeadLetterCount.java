package io.tenantry.ingestion.deadletter;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** How many dead letters there are of a reason and a status. */
@RegisterForReflection
record DeadLetterCount(String reason, Status status, long count) {}
