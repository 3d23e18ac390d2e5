package io.tenantry.ingestion.deadletter;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** The number of dead letters with a reason and a status. */
@RegisterForReflection
record DeadLetterCount(String reason, Status status, long count) {}
