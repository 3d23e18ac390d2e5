/** The REST APIs of the services, as far as the operator uses them. */
@NullMarked
package io.tenantry.operator.api;

import org.jspecify.annotations.NullMarked;
