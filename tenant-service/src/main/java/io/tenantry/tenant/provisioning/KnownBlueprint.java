package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.blueprint.Blueprints;
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

/** Validates that a string is the name of an existing blueprint, or null. */
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = KnownBlueprint.Validator.class)
@interface KnownBlueprint {

  String message() default "is not an existing blueprint";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Gets the blueprints lazily: Quarkus creates validators before them. */
  @Singleton
  final class Validator implements ConstraintValidator<KnownBlueprint, String> {

    private final Provider<Blueprints> blueprints;

    Validator(Provider<Blueprints> blueprints) {
      this.blueprints = blueprints;
    }

    @Override
    public boolean isValid(@Nullable String name, ConstraintValidatorContext context) {
      return name == null || blueprints.get().find(name).isPresent();
    }
  }
}
