/**
 * What all commands share: the options of tenantctl, where the services are, waiting, confirming.
 */
package io.tenantry.cli.command;
