/** What every request and answer of the console has in common, and the pages of the app. */
@NullMarked
package io.tenantry.console.web;

import org.jspecify.annotations.NullMarked;
