package io.tenantry.kernel.crypto;

/**
 * A column of a service's own schema that holds secrets, encrypted by the {@link KeyRing}. A bean
 * of this type has them looked after by {@link StoredSecrets}.
 *
 * @param table the table, as SQL
 * @param id the column that names a row, as SQL
 * @param secret the column of the ciphertext, {@code bytea}
 * @param context what a row's id is put after to make the context that its secret is bound to
 */
public record SecretColumn(String table, String id, String secret, String context) {}
