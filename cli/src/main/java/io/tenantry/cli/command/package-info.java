/**
 * What all commands share: the options of tenantctl, where the services are, waiting, confirming.
 */
@NullMarked
package io.tenantry.cli.command;

import org.jspecify.annotations.NullMarked;
