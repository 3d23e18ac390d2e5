/** The Kubernetes resources of the API group {@code tenantry.io}, version {@code v1alpha1}. */
@NullMarked
package io.tenantry.operator.v1alpha1;

import org.jspecify.annotations.NullMarked;
