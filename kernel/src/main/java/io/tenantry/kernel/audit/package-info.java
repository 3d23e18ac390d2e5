/**
 * Records who did what to which tenant: the entries, and where they are collected until they are
 * stored.
 */
@NullMarked
package io.tenantry.kernel.audit;

import org.jspecify.annotations.NullMarked;
