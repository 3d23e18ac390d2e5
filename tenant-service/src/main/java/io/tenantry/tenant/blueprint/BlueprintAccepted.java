package io.tenantry.tenant.blueprint;

/** A version became the one that new tenants are made from; told within this replica. */
public record BlueprintAccepted(Blueprint blueprint) {}
