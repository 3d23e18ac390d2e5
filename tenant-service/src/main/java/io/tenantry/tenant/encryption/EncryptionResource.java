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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** REST endpoints of the encryption of stored secrets. */
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
      summary = "Show the number of stored secrets per encryption key",
      description = "A retired key without secrets can be removed from the configuration.")
  public KeyUses keys() {
    Map<Integer, Instant> firstUses = secrets.firstUses();
    return new KeyUses(
        KeyRing.nameOf(keyRing.primaryId()),
        secrets.countsByKey().entrySet().stream()
            .map(
                count ->
                    new KeyUse(
                        KeyRing.nameOf(count.getKey()),
                        keyRing.holds(count.getKey()),
                        count.getValue(),
                        Optional.ofNullable(firstUses.get(count.getKey()))))
            .toList());
  }

  @POST
  @Path("/rewrap")
  @Operation(summary = "Re-encrypt all stored secrets with the newest key")
  @APIResponse(
      responseCode = "202",
      description = "The job that re-encrypts the secrets",
      content = @Content(schema = @Schema(implementation = Job.class)))
  public Response rewrap() {
    Job job = rewrap.submit();
    return Response.accepted(job).location(URI.create(Job.PATH + job.id())).build();
  }

  /**
   * The encryption keys in use.
   *
   * @param newestKeyId the id of the key that new secrets are encrypted with
   */
  @RegisterForReflection
  record KeyUses(String newestKeyId, List<KeyUse> keys) {}

  /**
   * An encryption key in use.
   *
   * @param configured whether this service is configured with the key and can decrypt its secrets
   * @param firstUsedAt since when secrets have been encrypted with it
   */
  @RegisterForReflection
  record KeyUse(String keyId, boolean configured, long secrets, Optional<Instant> firstUsedAt) {}
}
