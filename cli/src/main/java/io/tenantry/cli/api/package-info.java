/** Calls the services' REST APIs. */
@NullMarked
package io.tenantry.cli.api;

import org.jspecify.annotations.NullMarked;
