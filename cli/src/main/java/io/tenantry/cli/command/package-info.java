/**
 * What all commands share: the options of tenantctl, access to the services, waiting, and
 * confirmation.
 */
package io.tenantry.cli.command;
