package io.tenantry.backup.verification;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;

/**
 * The body of a request to look at a backup.
 *
 * @param store in which store; the one it was made in if it is not said
 */
@RegisterForReflection
record StoreChoice(Optional<String> store) {}
