package io.tenantry.operator.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.rest.client.annotation.ClientHeaderParam;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jboss.resteasy.reactive.RestPath;

/**
 * The blueprints in the REST API of tenant-service. Each method throws {@link ApiException} if the
 * request is refused, and {@link jakarta.ws.rs.ProcessingException} if there is no response.
 */
@RegisterRestClient(configKey = "tenant-service")
@RegisterProvider(ProblemMapper.class)
@ClientHeaderParam(name = "Authorization", value = "Bearer ${tenantry.operator.admin-key}")
@Path("/api/v1/blueprints")
public interface BlueprintApi {

  /** The current version of each blueprint. */
  @GET
  CurrentVersions list();

  /** Stores files as a version of a blueprint and makes it the current one. */
  @PUT
  @Path("/{name}")
  PushedVersion push(@RestPath("name") String name, NewVersion version);

  /** Versions of blueprints. */
  @RegisterForReflection
  record CurrentVersions(List<BlueprintVersion> items) {}

  /** A version of a blueprint. */
  @RegisterForReflection
  record BlueprintVersion(String name, String version) {}

  /** A version that was pushed. */
  @RegisterForReflection
  record PushedVersion(String version, List<String> warnings) {}

  /**
   * A version to push.
   *
   * @param files the text of each file by its path
   */
  @RegisterForReflection
  @JsonNaming(SnakeCaseStrategy.class)
  record NewVersion(Map<String, String> files) {}
}
