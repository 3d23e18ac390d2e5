package io.tenantry.tenant.encryption;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.job.Job;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** The encryption of stored secrets, over HTTP. */
@Path("/api/v1/encryption")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class EncryptionResource {

  private final SecretStore secrets;
  private final KeyRing keyRing;
  private final RewrapJob rewrap;

  EncryptionResource(SecretStore secrets, KeyRing keyRing, RewrapJob rewrap) {
    this.secrets = secrets;
    this.keyRing = keyRing;
    this.rewrap = rewrap;
  }

  @GET
  @Path("/keys")
  @Operation(
      summary = "Show how many stored secrets each key encrypts",
      description = "A retired key that encrypts none may be taken out of the configuration.")
  public KeyUses keys() {
    return new KeyUses(
        KeyRing.nameOf(keyRing.primaryId()),
        secrets.countsByKey().entrySet().stream()
            .map(
                count ->
                    new KeyUse(
                        KeyRing.nameOf(count.getKey()),
                        keyRing.holds(count.getKey()),
                        count.getValue()))
            .toList());
  }

  @POST
  @Path("/rewrap")
  @Operation(summary = "Encrypt every stored secret with the newest key")
  @APIResponse(
      responseCode = "202",
      description = "The job to follow",
      content = @Content(schema = @Schema(implementation = Job.class)))
  public Response rewrap() {
    Job job = rewrap.submit();
    return Response.accepted(job).location(URI.create(Job.PATH + job.id())).build();
  }

  /**
   * The keys in use.
   *
   * @param newestKeyId the id of the key that new secrets are encrypted with
   */
  @RegisterForReflection
  record KeyUses(String newestKeyId, List<KeyUse> keys) {}

  /**
   * A key in use.
   *
   * @param configured whether this service can open what it encrypted
   */
  @RegisterForReflection
  record KeyUse(String keyId, boolean configured, long secrets) {}
}
