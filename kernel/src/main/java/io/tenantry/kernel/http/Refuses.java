package io.tenantry.kernel.http;

import io.tenantry.kernel.error.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The error codes a resource method answers with, besides those that any may: its OpenAPI document
 * lists them by their statuses. {@link ApiConventions} reads it while the service is built; at run
 * time it is not there.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface Refuses {

  ErrorCode[] value();
}
