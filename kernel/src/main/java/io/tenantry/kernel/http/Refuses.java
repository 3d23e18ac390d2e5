package io.tenantry.kernel.http;

import io.tenantry.kernel.error.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The error codes of a resource method, in addition to those that all methods share. {@link
 * ApiConventions} reads them at build time and lists them in the OpenAPI document; they are not
 * available at run time.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface Refuses {

  ErrorCode[] value();
}
