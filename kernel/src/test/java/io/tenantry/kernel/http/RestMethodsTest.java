package io.tenantry.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.error.ErrorCode;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.util.Optional;
import org.jboss.jandex.Index;
import org.jboss.jandex.MethodInfo;
import org.junit.jupiter.api.Test;

/** Methods are found by the paths that an OpenAPI document has. */
class RestMethodsTest {

  @Path("/things")
  static final class Things {

    @GET
    public void list() {}

    @GET
    @Path("{id:[0-9]{1,18}}")
    @Refuses(ErrorCode.NOT_FOUND)
    public void get() {}

    @DELETE
    @Path("/{id}/parts/")
    @Refuses({ErrorCode.NOT_FOUND, ErrorCode.TENANT_BUSY})
    public void remove() {}
  }

  private final RestMethods methods;

  RestMethodsTest() throws IOException {
    methods = new RestMethods(Index.of(Things.class));
  }

  @Test
  void findsMethodsAndWhatTheyRefuse() {
    assertThat(methods.find("GET", "/things").map(RestMethods::refusals))
        .hasValueSatisfying(codes -> assertThat(codes).isEmpty());
    assertThat(methods.find("GET", "/things/{id}").map(RestMethods::refusals))
        .hasValueSatisfying(codes -> assertThat(codes).containsExactly(ErrorCode.NOT_FOUND));
    assertThat(methods.find("DELETE", "/things/{id}/parts").map(RestMethods::refusals))
        .hasValueSatisfying(
            codes -> assertThat(codes).containsExactly(ErrorCode.NOT_FOUND, ErrorCode.TENANT_BUSY));
  }

  @Test
  void findsNoMethodForOtherOperations() {
    Optional<MethodInfo> found = methods.find("DELETE", "/things");

    assertThat(found).isEmpty();
  }
}
