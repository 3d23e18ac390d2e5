package io.tenantry.tenant.blueprint;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** Validates that a string is a Quartz cron expression, or null. */
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = QuartzCron.Validator.class)
@interface QuartzCron {

  String message() default "is not a valid Quartz cron expression";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Uses the same parser as the scheduler. */
  final class Validator implements ConstraintValidator<QuartzCron, String> {

    private final CronParser parser =
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));

    @Override
    public boolean isValid(@Nullable String expression, ConstraintValidatorContext context) {
      if (expression == null) {
        return true;
      }
      try {
        parser.parse(expression).validate();
        return true;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
  }
}
