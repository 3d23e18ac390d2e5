/**
 * What the services' tests share: the stack, service processes, and the promises of every service.
 */
package io.tenantry.testing;
