package io.tenantry.localstack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A broker with three listeners: without TLS, for the tests themselves; with TLS and SCRAM; and
 * with TLS and client certificates.
 */
public final class TlsKafka {

  private final KafkaBroker broker;
  private final int scramPort;
  private final int certificatePort;

  TlsKafka(KafkaBroker broker, int scramPort, int certificatePort) {
    this.broker = broker;
    this.scramPort = scramPort;
    this.certificatePort = certificatePort;
  }

  /** The broker by its listener without TLS and authentication. */
  public KafkaBroker plain() {
    return broker;
  }

  /** The listener that requires user and password (security protocol SASL_SSL). */
  public String scramServers() {
    return "127.0.0.1:" + scramPort;
  }

  /** The listener that requires a client certificate (security protocol SSL). */
  public String certificateServers() {
    return "127.0.0.1:" + certificatePort;
  }

  /** Adds these two listeners to a broker's settings. */
  static Map<String, String> settings(
      Path directory, KafkaTls tls, int scramPort, int certificatePort, Map<String, String> plain)
      throws IOException {
    Path keyStore = directory.resolve("broker.pem");
    Path trustStore = directory.resolve("clients.pem");
    Directories.writePrivate(keyStore, tls.server().key() + tls.server().certificate());
    Directories.writePrivate(trustStore, tls.clients().certificate());
    String listeners =
        ",SASL_SSL://127.0.0.1:%d,SSL://127.0.0.1:%d".formatted(scramPort, certificatePort);
    Map<String, String> settings = new TreeMap<>(plain);
    settings.merge("listeners", listeners, String::concat);
    settings.merge("advertised.listeners", listeners, String::concat);
    settings.merge("listener.security.protocol.map", ",SASL_SSL:SASL_SSL,SSL:SSL", String::concat);
    settings.put("ssl.keystore.type", "PEM");
    settings.put("ssl.keystore.location", keyStore.toString());
    settings.put("ssl.truststore.type", "PEM");
    settings.put("ssl.truststore.location", trustStore.toString());
    settings.put("listener.name.ssl.ssl.client.auth", "required");
    settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
    settings.put(
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    return settings;
  }
}
