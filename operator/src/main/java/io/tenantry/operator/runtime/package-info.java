/**
 * What all controllers share: settings, leader election, conditions, Kubernetes events, hints from
 * Kafka.
 */
@NullMarked
package io.tenantry.operator.runtime;

import org.jspecify.annotations.NullMarked;
