/** What the services' tests share: the stack, service processes, and contracts of every service. */
@NullMarked
package io.tenantry.testing;

import org.jspecify.annotations.NullMarked;
