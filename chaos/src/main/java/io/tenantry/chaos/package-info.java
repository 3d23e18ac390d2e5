/**
 * Breaks servers, services and connections at random while clients use an installation, and
 * compares what the clients were told with what is there in the end.
 */
@NullMarked
package io.tenantry.chaos;

import org.jspecify.annotations.NullMarked;
