package io.tenantry.kernel.db;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jboss.logging.Logger;

/**
 * Checks servers' certificates as Java does, and records why one was refused: the reactive client
 * reports only that the handshake failed.
 */
final class CertificateCheck extends X509ExtendedTrustManager {

  private static final Logger LOG = Logger.getLogger(CertificateCheck.class);
  private static final long REMEMBERED = Duration.ofMinutes(1).toNanos();

  /** By host and port, so the map is as small as the number of servers. */
  private static final Map<String, Refusal> REFUSALS = new ConcurrentHashMap<>();

  private final X509ExtendedTrustManager delegate;

  private CertificateCheck(X509ExtendedTrustManager delegate) {
    this.delegate = delegate;
  }

  private record Refusal(String reason, long at) {}

  /** Trusts these certificates and what they sign. */
  static CertificateCheck against(Collection<X509Certificate> roots) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (X509Certificate root : roots) {
        store.setCertificateEntry("root-" + store.size(), root);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager trust) {
          return new CertificateCheck(trust);
        }
      }
      throw new IllegalStateException("Java has no check of certificates");
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Why the certificate of this server was refused, if that was within the last minute. */
  static Optional<String> refusal(String host, int port) {
    return Optional.ofNullable(REFUSALS.get(key(host, port)))
        .filter(refusal -> System.nanoTime() - refusal.at() < REMEMBERED)
        .map(Refusal::reason);
  }

  private static String key(String host, int port) {
    return host + ':' + port;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    String server = key(engine.getPeerHost(), engine.getPeerPort());
    try {
      delegate.checkServerTrusted(chain, authType, engine);
      REFUSALS.remove(server);
    } catch (CertificateException e) {
      String reason = reason(chain, authType, engine.getPeerHost());
      REFUSALS.put(server, new Refusal(reason, System.nanoTime()));
      LOG.warnf("certificate of PostgreSQL refused server=%s reason=\"%s\"", server, reason);
      throw e;
    }
  }

  private String reason(X509Certificate[] chain, String authType, String host) {
    X509Certificate server = chain[0];
    try {
      server.checkValidity();
      delegate.checkServerTrusted(chain, authType);
      return "its certificate is for %s, not for %s".formatted(names(server), host);
    } catch (CertificateExpiredException e) {
      return "its certificate expired at " + server.getNotAfter().toInstant();
    } catch (CertificateNotYetValidException e) {
      return "its certificate is not valid before " + server.getNotBefore().toInstant();
    } catch (CertificateException e) {
      return "its certificate, issued by %s, is not signed by a trusted root certificate"
          .formatted(server.getIssuerX500Principal());
    }
  }

  private static String names(X509Certificate certificate) throws CertificateException {
    return Optional.ofNullable(certificate.getSubjectAlternativeNames())
        .map(
            names ->
                names.stream()
                    .map(name -> String.valueOf(name.get(1)))
                    .collect(Collectors.joining(", ")))
        .orElseGet(() -> certificate.getSubjectX500Principal().getName());
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    delegate.checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    delegate.checkServerTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this checks servers");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return delegate.getAcceptedIssuers();
  }
}
