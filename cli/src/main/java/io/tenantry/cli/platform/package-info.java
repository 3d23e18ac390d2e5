/** Commands for the platform itself: clusters, jobs, recovery, contexts and diagnosis. */
package io.tenantry.cli.platform;
