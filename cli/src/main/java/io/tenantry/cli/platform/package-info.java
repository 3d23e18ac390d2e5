/** Commands for the platform itself: clusters, jobs, recovery, contexts and diagnosis. */
@NullMarked
package io.tenantry.cli.platform;

import org.jspecify.annotations.NullMarked;
