package io.tenantry.kernel.error;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * An invalid field of a request.
 *
 * @param field its path in the request, for example {@code api_keys.count}; empty for the whole
 *     body
 * @param message why it is invalid
 */
@RegisterForReflection
public record FieldError(String field, String message) {}
