/**
 * The conventions of the REST API: JSON, problem details, paging, limits, deadlines and draining.
 */
@NullMarked
package io.tenantry.kernel.http;

import org.jspecify.annotations.NullMarked;
