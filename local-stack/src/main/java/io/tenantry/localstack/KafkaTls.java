package io.tenantry.localstack;

/**
 * The certificates of a broker with TLS.
 *
 * @param server the broker's certificate
 * @param clients the authority that signs the certificates of permitted clients
 */
public record KafkaTls(CertificateAuthority.Issued server, CertificateAuthority clients) {}
