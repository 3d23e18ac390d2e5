/** Reconciles {@code Blueprint} objects with blueprints. */
@NullMarked
package io.tenantry.operator.blueprint;

import org.jspecify.annotations.NullMarked;
