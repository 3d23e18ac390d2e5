package io.tenantry.kernel.auth;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;
import java.util.Set;

/** Maps groups of an OpenID provider to roles. */
@ConfigMapping(prefix = "tenantry.oidc")
interface OpenIdConfig {

  /** Groups of a token that give the role admin ({@code OIDC_ADMIN_GROUPS}), comma-separated. */
  Optional<Set<String>> adminGroups();

  /**
   * Groups of a token that give the role operator ({@code OIDC_OPERATOR_GROUPS}), comma-separated.
   */
  Optional<Set<String>> operatorGroups();

  /** Groups of a token that give the role viewer ({@code OIDC_VIEWER_GROUPS}), comma-separated. */
  Optional<Set<String>> viewerGroups();

  /**
   * Groups of a token that permit the download of decrypted backups ({@code
   * OIDC_BACKUP_READER_GROUPS}), comma-separated.
   */
  Optional<Set<String>> backupReaderGroups();
}
