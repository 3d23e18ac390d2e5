package io.tenantry.backup.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Where backups are stored, and where they are copied to. */
@ConfigMapping(prefix = "tenantry.backup.stores")
interface StoreConfig {

  /** Where backups are stored. */
  Place primary();

  /** Where each is copied to, if anywhere: another region, another provider. */
  Place secondary();

  /** A folder or a bucket; a folder if both are given. */
  interface Place {

    /** A folder ({@code TENANT_BACKUP_PATH}, {@code BACKUP_COPY_PATH}). */
    Optional<Path> path();

    /** An S3 bucket ({@code BACKUP_S3_…}, {@code BACKUP_COPY_S3_…}). */
    S3 s3();
  }

  /** A bucket, and how it is reached. */
  interface S3 {

    /** The bucket's name; none if backups are stored in a folder. */
    Optional<String> bucket();

    /** What the keys of all objects begin with. */
    Optional<String> prefix();

    /** The region. */
    @WithDefault("us-east-1")
    String region();

    /** An S3 server other than Amazon's. */
    Optional<URI> endpoint();

    /** Whether the bucket is in the path, not in the host's name. */
    @WithDefault("false")
    boolean pathStyle();

    /**
     * A file in PEM with the certificates that the server's is checked against, instead of the
     * machine's ({@code BACKUP_S3_SSL_ROOT_CERT}).
     */
    Optional<Path> sslRootCert();

    /** With the secret key; else looked for as Amazon's SDK does. */
    Optional<String> accessKey();

    /** With the access key. */
    Optional<String> secretKey();
  }
}
