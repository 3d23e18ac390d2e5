/** Stores the audit log, deletes its old entries, and lets it be read. */
@NullMarked
package io.tenantry.tenant.audit;

import org.jspecify.annotations.NullMarked;
