package io.tenantry.backup.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** The primary backup store, and the store for copies. */
@ConfigMapping(prefix = "tenantry.backup.stores")
interface StoreConfig {

  /** Where backups are stored. */
  StoreLocation primary();

  /** Where backups are copied to, for example another region or another provider. */
  StoreLocation secondary();

  /** A folder or a bucket; a folder if both are given. */
  interface StoreLocation {

    /** A folder ({@code TENANT_BACKUP_PATH}, {@code BACKUP_COPY_PATH}). */
    Optional<Path> path();

    /** An S3 bucket ({@code BACKUP_S3_…}, {@code BACKUP_COPY_S3_…}). */
    S3 s3();
  }

  /** A bucket, and how it is reached. */
  interface S3 {

    /** The bucket's name; empty if backups are stored in a folder. */
    Optional<String> bucket();

    /** The prefix of all objects' keys. */
    Optional<String> prefix();

    /** The region. */
    @WithDefault("us-east-1")
    String region();

    /** An S3 server other than Amazon's. */
    Optional<URI> endpoint();

    /** Whether the bucket is part of the path, not of the host's name. */
    @WithDefault("false")
    boolean pathStyle();

    /**
     * A PEM file with the root certificates to trust, instead of the machine's ({@code
     * BACKUP_S3_SSL_ROOT_CERT}).
     */
    Optional<Path> sslRootCert();

    /** The access key; by default Amazon's SDK looks for credentials. */
    Optional<String> accessKey();

    /** The secret key that belongs to the access key. */
    Optional<String> secretKey();
  }
}
