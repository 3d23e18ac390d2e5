package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.cluster.Clusters;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** Validates that a string is the name of an existing region, or null. */
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = KnownRegion.Validator.class)
public @interface KnownRegion {

  String message() default "is not an existing region";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Gets the clusters lazily: Quarkus creates validators before them. */
  @Singleton
  final class Validator implements ConstraintValidator<KnownRegion, String> {

    private final Provider<Clusters> clusters;

    Validator(Provider<Clusters> clusters) {
      this.clusters = clusters;
    }

    @Override
    public boolean isValid(@Nullable String name, ConstraintValidatorContext context) {
      return name == null || clusters.get().regions().contains(name);
    }
  }
}
