/** What the services' tests share: the stack, service processes, and contracts of every service. */
package io.tenantry.testing;
