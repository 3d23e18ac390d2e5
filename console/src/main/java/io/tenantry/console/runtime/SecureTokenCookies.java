package io.tenantry.console.runtime;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * Makes quarkus-oidc's cookies {@code Secure} where browsers reach the console by {@code https},
 * also behind a proxy that ends TLS, as the session's own cookie is.
 */
public final class SecureTokenCookies implements ConfigSourceInterceptor {

  private static final long serialVersionUID = 1L;
  private static final String SETTING = "quarkus.oidc.authentication.cookie-force-secure";
  private static final String URL = "tenantry.console.url";

  @Override
  public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
    ConfigValue value = context.proceed(name);
    if (value == null || !name.equals(SETTING)) {
      return value;
    }
    ConfigValue url = context.proceed(URL);
    return url != null && url.getValue() != null && url.getValue().startsWith("https:")
        ? value.withValue("true")
        : value;
  }
}
