package io.tenantry.kernel.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How large the JSON of a request may be that {@link JsonBodyReader} reads into this record. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface MaxBody {

  /** For all that say nothing. */
  int DEFAULT = 1 << 20;

  /** More no request can have. */
  int LARGEST = 128 << 20;

  /** In bytes, at most {@link #LARGEST}. */
  int value();
}
