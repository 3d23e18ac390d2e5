package io.tenantry.backup.store;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;
import java.util.UUID;

/**
 * The state of a backup store.
 *
 * @param location the folder, or server, bucket and prefix
 * @param installationId the installation that its marker names
 * @param storeId the store that its marker names
 * @param advice what to do; empty if there is nothing to do
 */
@RegisterForReflection
public record StoreStatus(
    String name,
    String location,
    StoreState state,
    Optional<UUID> installationId,
    Optional<UUID> storeId,
    String advice) {}
