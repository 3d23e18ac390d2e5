package io.tenantry.kernel.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.tenantry.kernel.error.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;
import org.jboss.jandex.IndexView;

/**
 * Adds, at build time, what all APIs have in common to every service's OpenAPI document: the admin
 * key, the {@code Idempotency-Key} of writes, and errors as problem details, with the codes that
 * {@link Refuses} lists.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ApiConventions implements OASFilter {

  /** The header that makes a write safe to repeat. */
  public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private static final String ADMIN_KEY = "admin_key";
  private static final String PROBLEM = "Problem";
  private static final String FIELD_ERROR = "FieldError";

  private final RestMethods methods;

  /**
   * @param index the classes of the service
   */
  public ApiConventions(IndexView index) {
    this.methods = new RestMethods(index);
  }

  @Override
  public void filterOpenAPI(OpenAPI api) {
    api.getPaths()
        .getPathItems()
        .forEach(
            (path, item) ->
                item.getOperations()
                    .forEach((method, operation) -> describe(operation, method, path)));
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

  private void describe(Operation operation, PathItem.HttpMethod method, String path) {
    if (operation.getSecurity() == null) {
      operation.setSecurity(List.of(OASFactory.createSecurityRequirement().addScheme(ADMIN_KEY)));
    }
    methods
        .find(method.name(), path)
        .ifPresent(
            resource -> {
              List<ErrorCode> codes = RestMethods.refusals(resource);
              if (method != PathItem.HttpMethod.GET) {
                operation.addParameter(idempotencyKey());
                codes.add(ErrorCode.IDEMPOTENCY_KEY_REUSED);
              }
              operation.setResponses(withRefusals(operation.getResponses(), codes));
            });
    APIResponses responses = operation.getResponses();
    if (responses.getDefaultValue() == null) {
      responses.setDefaultValue(OASFactory.createAPIResponse().description("Any other error"));
    }
    responses.getAPIResponses().forEach(ApiConventions::answerWithProblem);
  }

  private static Parameter idempotencyKey() {
    return OASFactory.createParameter()
        .name(IDEMPOTENCY_KEY)
        .in(Parameter.In.HEADER)
        .description("A request with the same key and content gets the first answer again")
        .schema(
            OASFactory.createSchema()
                .addType(Schema.SchemaType.STRING)
                .minLength(1)
                .maxLength(255));
  }

  /** Successful answers first, then those of {@link Refuses}, then those that Quarkus adds. */
  private static APIResponses withRefusals(APIResponses known, List<ErrorCode> codes) {
    Map<String, String> refusals =
        codes.stream()
            .collect(
                Collectors.groupingBy(
                    code -> Integer.toString(code.status()),
                    LinkedHashMap::new,
                    Collectors.mapping(ErrorCode::name, Collectors.joining(", "))));
    Map<String, APIResponse> all = new LinkedHashMap<>();
    known.getAPIResponses().entrySet().stream()
        .filter(response -> response.getKey().startsWith("2"))
        .forEach(response -> all.put(response.getKey(), response.getValue()));
    refusals.forEach(
        (status, names) -> all.put(status, OASFactory.createAPIResponse().description(names)));
    known.getAPIResponses().forEach(all::putIfAbsent);
    APIResponses responses = OASFactory.createAPIResponses();
    all.forEach(responses::addAPIResponse);
    return responses;
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
    return object("An error (RFC 9457)")
        .addProperty("type", text("A URN that identifies the kind of error"))
        .addProperty("title", text("What the code means"))
        .addProperty("status", of(Schema.SchemaType.INTEGER, "The HTTP status"))
        .addProperty("detail", text("What happened this time"))
        .addProperty("code", text("The stable code; more may be added"))
        .addProperty(
            "retryable",
            of(Schema.SchemaType.BOOLEAN, "Whether the same request may succeed later"))
        .addProperty(
            "errors",
            of(Schema.SchemaType.ARRAY, "The invalid fields, with status 422")
                .items(OASFactory.createSchema().ref(FIELD_ERROR)))
        .required(List.of("type", "title", "status", "detail", "code", "retryable"));
  }

  private static Schema fieldError() {
    return object("An invalid field")
        .addProperty("field", text("Its path in the request; empty for the whole body"))
        .addProperty("message", text("Why it is invalid"))
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
