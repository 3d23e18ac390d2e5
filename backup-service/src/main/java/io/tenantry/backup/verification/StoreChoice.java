package io.tenantry.backup.verification;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;

/**
 * The body of a request to verify a backup.
 *
 * @param store the store to read from; by default the one the backup was written to
 */
@RegisterForReflection
record StoreChoice(Optional<String> store) {}
