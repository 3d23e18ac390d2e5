/** Measures provisioning, capture, migrations and backups; no test asserts what they find. */
@NullMarked
package io.tenantry.benchmarks;

import org.jspecify.annotations.NullMarked;
