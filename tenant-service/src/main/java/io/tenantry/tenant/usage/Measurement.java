package io.tenantry.tenant.usage;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** What was measured of a tenant at once; empty values were not. */
record Measurement(
    UUID tenantId,
    OptionalLong storageBytes,
    OptionalLong tables,
    OptionalInt connections,
    Optional<CounterReading> counters) {}
