/** Passes calls on to the REST APIs of the services. */
@NullMarked
package io.tenantry.console.proxy;

import org.jspecify.annotations.NullMarked;
