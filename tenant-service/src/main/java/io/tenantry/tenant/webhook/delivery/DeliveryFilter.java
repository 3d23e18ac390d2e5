package io.tenantry.tenant.webhook.delivery;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which deliveries are listed; null for any. */
public record DeliveryFilter(
    @Nullable UUID endpointId,
    @Nullable UUID tenantId,
    @Nullable String status,
    @Nullable String type,
    @Nullable Instant from,
    @Nullable Instant to) {}
