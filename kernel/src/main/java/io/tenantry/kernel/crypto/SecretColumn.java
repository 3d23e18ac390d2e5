package io.tenantry.kernel.crypto;

/**
 * A column of the service's own schema that holds secrets encrypted by the {@link KeyRing}. {@link
 * StoredSecrets} maintains the columns that are declared as beans of this type.
 *
 * @param table the table, as SQL
 * @param id the key column of the table, as SQL
 * @param secret the column of the ciphertext, {@code bytea}
 * @param context the prefix of the encryption context; the row's id follows it
 */
public record SecretColumn(String table, String id, String secret, String context) {}
