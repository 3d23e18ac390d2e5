package io.tenantry.kernel.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The size limit of the JSON that {@link JsonBodyReader} reads into this record. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface MaxBody {

  /** The default limit. */
  int DEFAULT = 1 << 20;

  /** The limit of all requests. */
  int LARGEST = 128 << 20;

  /** In bytes, at most {@link #LARGEST}. */
  int value();
}
