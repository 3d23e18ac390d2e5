package io.tenantry.localstack;

/**
 * What a broker needs to listen with TLS.
 *
 * @param server its certificate
 * @param clients who signs the certificates of clients that it lets in
 */
public record KafkaTls(CertificateAuthority.Issued server, CertificateAuthority clients) {}
