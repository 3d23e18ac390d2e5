package io.tenantry.kernel.error;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * One field that is wrong.
 *
 * @param field its path in the request, for example {@code api_keys.count}; empty for the whole
 *     body
 * @param message what is wrong with it
 */
@RegisterForReflection
public record FieldError(String field, String message) {}
