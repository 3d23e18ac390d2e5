/**
 * What all commands share: the options of tenantctl, access to the services, waiting, and
 * confirmation.
 */
@NullMarked
package io.tenantry.cli.command;

import org.jspecify.annotations.NullMarked;
