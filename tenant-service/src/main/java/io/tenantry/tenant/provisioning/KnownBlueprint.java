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

/** Names a blueprint there is, or nothing. */
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = KnownBlueprint.Validator.class)
@interface KnownBlueprint {

  String message() default "is no blueprint";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Asks the blueprints, which are not there yet when Quarkus makes its validators. */
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
