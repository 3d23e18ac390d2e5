package io.tenantry.kernel.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/**
 * Says in every service's OpenAPI document, when the service is built, what holds for all of their
 * APIs: the admin key opens them, and errors are problem details.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ApiConventions implements OASFilter {

  private static final String ADMIN_KEY = "admin_key";
  private static final String PROBLEM = "Problem";
  private static final String FIELD_ERROR = "FieldError";

  @Override
  public void filterOpenAPI(OpenAPI api) {
    if (api.getComponents() == null) {
      api.setComponents(OASFactory.createComponents());
    }
    api.getComponents()
        .addSecurityScheme(
            ADMIN_KEY,
            OASFactory.createSecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .description("The admin key, TENANTRY_ADMIN_KEY"))
        .addSchema(FIELD_ERROR, fieldError())
        .addSchema(PROBLEM, problem());
  }

  @Override
  public Operation filterOperation(Operation operation) {
    if (operation.getSecurity() == null) {
      operation.setSecurity(List.of(OASFactory.createSecurityRequirement().addScheme(ADMIN_KEY)));
    }
    if (operation.getResponses().getDefaultValue() == null) {
      operation
          .getResponses()
          .setDefaultValue(OASFactory.createAPIResponse().description("Any other error"));
    }
    operation.getResponses().getAPIResponses().forEach(ApiConventions::answerWithProblem);
    return operation;
  }

  private static void answerWithProblem(String status, APIResponse response) {
    boolean error = status.equals("default") || status.startsWith("4") || status.startsWith("5");
    if (error && response.getContent() == null) {
      response.setContent(
          OASFactory.createContent()
              .addMediaType(
                  ProblemDetail.MEDIA_TYPE,
                  OASFactory.createMediaType().schema(OASFactory.createSchema().ref(PROBLEM))));
    }
  }

  private static Schema problem() {
    return object("An error, as RFC 9457 writes it")
        .addProperty("type", text("A URN that names the kind of error"))
        .addProperty("title", text("What the code means"))
        .addProperty("status", of(Schema.SchemaType.INTEGER, "The HTTP status"))
        .addProperty("detail", text("What happened this time"))
        .addProperty("code", text("The stable code; more may be added"))
        .addProperty(
            "retryable",
            of(Schema.SchemaType.BOOLEAN, "Whether the same request may succeed later"))
        .addProperty(
            "errors",
            of(Schema.SchemaType.ARRAY, "The wrong fields, with status 422")
                .items(OASFactory.createSchema().ref(FIELD_ERROR)))
        .required(List.of("type", "title", "status", "detail", "code", "retryable"));
  }

  private static Schema fieldError() {
    return object("One field that is wrong")
        .addProperty("field", text("Its path in the request; empty for the whole body"))
        .addProperty("message", text("What is wrong with it"))
        .required(List.of("field", "message"));
  }

  private static Schema object(String description) {
    return of(Schema.SchemaType.OBJECT, description);
  }

  private static Schema text(String description) {
    return of(Schema.SchemaType.STRING, description);
  }

  private static Schema of(Schema.SchemaType type, String description) {
    return OASFactory.createSchema().addType(type).description(description);
  }
}
