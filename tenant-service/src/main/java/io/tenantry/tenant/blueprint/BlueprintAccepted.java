package io.tenantry.tenant.blueprint;

/** Event within this replica: a blueprint version was stored and became the current one. */
public record BlueprintAccepted(Blueprint blueprint) {}
