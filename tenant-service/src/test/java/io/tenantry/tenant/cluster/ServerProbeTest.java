package io.tenantry.tenant.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.tenant.cluster.ServerProbe.Finding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the probe finds out about a server that gave no session. */
@Tag("L3")
class ServerProbeTest {

  private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();

  private static Optional<Finding> examine(int port, boolean requiresTls) {
    return ServerProbe.examine(HOST, port, requiresTls, Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @CsvSource({
    "CLOSES, false, the server closes the connection without a response",
    "CLOSES, true, the server closes the connection without a response",
    "HTTP, false, the server is not PostgreSQL",
    "HTTP, true, the server is not PostgreSQL",
    "SSH, false, the server is not PostgreSQL",
    "SSH, true, the server is not PostgreSQL",
    "ENDS_LOGIN, false, the server closes the connection during the login",
    "ENDS_LOGIN, true, the server closes the connection during the login",
    "NO_TLS, false, the server closes the connection during the login",
  })
  void recognizesWhatAnswers(Stranger stranger, boolean requiresTls, String reason)
      throws IOException {
    try (ServerSocket server = stranger.start()) {
      assertThat(examine(server.getLocalPort(), requiresTls)).contains(new Finding(reason, false));
    }
  }

  @Test
  void blamesTlsOnlyWhereItIsRequired() throws IOException {
    try (ServerSocket server = Stranger.NO_TLS.start()) {
      Finding finding = examine(server.getLocalPort(), true).orElseThrow();

      assertThat(finding.tls()).isTrue();
      assertThat(finding.reason()).startsWith("the TLS handshake fails: ");
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void waitsForAnAnswerNoLongerThanTheLimit(boolean requiresTls) throws IOException {
    try (ServerSocket server = Stranger.SILENT.start()) {
      assertThat(
              ServerProbe.examine(
                  HOST, server.getLocalPort(), requiresTls, Duration.ofMillis(1100)))
          .contains(new Finding("no response within 1 s", false));
    }
  }

  @Test
  void recognizesThatNothingListens() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }

    assertThat(examine(port, false)).contains(new Finding("the connection is refused", false));
  }

  @Test
  void recognizesAnUnknownHost() {
    assertThat(ServerProbe.examine("no-such-host.invalid", 5432, true, Duration.ofSeconds(5)))
        .contains(new Finding("the host name cannot be resolved", false));
  }
}
