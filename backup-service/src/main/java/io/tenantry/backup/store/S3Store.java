package io.tenantry.backup.store;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A store in a bucket of an S3 server. An object is uploaded in parts, because its size is unknown;
 * it exists once the upload is completed.
 */
final class S3Store implements ObjectStore {

  private static final Logger LOG = Logger.getLogger(S3Store.class);

  /** S3 accepts up to 10,000 parts, each but the last of at least 5 MiB. */
  private static final int FIRST_PART = 8 << 20;

  private static final int MAX_SMALL_OBJECT = 1 << 16;

  /** The status of an S3 server's response to a range request for an empty object. */
  private static final int EMPTY_RANGE = 416;

  /** The number of parts after which the part size grows by 8 MiB: up to 88 MiB, 480 GiB in all. */
  private static final int PARTS_PER_SIZE = 1000;

  private final String server;
  private final S3Client client;
  private final String bucket;
  private final String prefix;

  /**
   * @param server the S3 server, by name
   * @param prefix the prefix of all its objects' keys; may be empty
   */
  S3Store(String server, S3Client client, String bucket, String prefix) {
    this.server = server;
    this.client = client;
    this.bucket = bucket;
    this.prefix = prefix;
  }

  @Override
  public String location() {
    return "s3://%s/%s/%s".formatted(server, bucket, prefix);
  }

  /** The installation is not recorded: the object's key identifies the upload. */
  @Override
  public Upload startUpload(String key, UUID installation) {
    return new S3Upload(prefix + key);
  }

  @Override
  public InputStream open(String key) {
    return ask(() -> client.getObject(r -> r.bucket(bucket).key(prefix + key)));
  }

  @Override
  public long size(String key) {
    return ask(() -> client.headObject(r -> r.bucket(bucket).key(prefix + key)).contentLength());
  }

  @Override
  public byte[] start(String key, int length) {
    try {
      return ask(
          () ->
              client
                  .getObjectAsBytes(
                      r ->
                          r.bucket(bucket)
                              .key(prefix + key)
                              .range("bytes=0-%d".formatted(length - 1)))
                  .asByteArray());
    } catch (TenantryException e) {
      if (e.getCause() instanceof S3Exception refused && refused.statusCode() == EMPTY_RANGE) {
        return new byte[0];
      }
      throw e;
    }
  }

  @Override
  public Optional<byte[]> find(String key) {
    try {
      return Optional.of(start(key, MAX_SMALL_OBJECT));
    } catch (TenantryException e) {
      if (e.code() == ErrorCode.BACKUP_DAMAGED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void put(String key, byte[] content) {
    ask(
        () ->
            client.putObject(
                r -> r.bucket(bucket).key(prefix + key), RequestBody.fromBytes(content)));
  }

  @Override
  public void delete(String key) {
    ask(() -> client.deleteObject(r -> r.bucket(bucket).key(prefix + key)));
  }

  @Override
  public void list(Consumer<BackupStore.Listed> each) {
    ask(
        () -> {
          client.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix)).contents().stream()
              .map(
                  object ->
                      new BackupStore.Listed(
                          object.key().substring(prefix.length()),
                          object.size(),
                          object.lastModified()))
              .forEach(each);
          return true;
        });
  }

  /** Removes only uploads of backups below the prefix; the caller has checked the marker there. */
  @Override
  public int removeUnfinished(UUID installation, Instant before) {
    return ask(
        () -> {
          List<MultipartUpload> old =
              client
                  .listMultipartUploadsPaginator(r -> r.bucket(bucket).prefix(prefix))
                  .uploads()
                  .stream()
                  .filter(upload -> upload.initiated().isBefore(before))
                  .filter(upload -> isBackup(upload.key()))
                  .toList();
          old.forEach(
              upload ->
                  client.abortMultipartUpload(
                      r -> r.bucket(bucket).key(upload.key()).uploadId(upload.uploadId())));
          return old.size();
        });
  }

  private boolean isBackup(String key) {
    return ArchiveId.ofKey(key.substring(prefix.length())).isPresent();
  }

  private static <T> T ask(Supplier<T> request) {
    try {
      return request.get();
    } catch (NoSuchKeyException e) {
      throw new TenantryException(
          ErrorCode.BACKUP_DAMAGED, "The backup's file is missing from the store.", e);
    } catch (SdkException e) {
      throw new TenantryException(
          ErrorCode.STORE_UNAVAILABLE,
          "The backup store is unreachable or refuses requests; check its settings.",
          e);
    }
  }

  private final class S3Upload extends Upload {

    private final String key;
    private final List<CompletedPart> parts = new ArrayList<>();
    private byte[] part = new byte[FIRST_PART];
    private int filled;
    private @Nullable String uploadId;
    private boolean committed;

    S3Upload(String key) {
      this.key = key;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      int done = 0;
      while (done < length) {
        if (filled == part.length) {
          sendPart();
        }
        int now = Math.min(length - done, part.length - filled);
        System.arraycopy(bytes, offset + done, part, filled, now);
        filled += now;
        done += now;
      }
    }

    private void sendPart() {
      int number = parts.size() + 1;
      RequestBody body = body();
      parts.add(
          ask(
              () -> {
                if (uploadId == null) {
                  uploadId =
                      client.createMultipartUpload(r -> r.bucket(bucket).key(key)).uploadId();
                }
                String tag =
                    client
                        .uploadPart(
                            r -> r.bucket(bucket).key(key).uploadId(uploadId).partNumber(number),
                            body)
                        .eTag();
                return CompletedPart.builder().partNumber(number).eTag(tag).build();
              }));
      filled = 0;
      if (number % PARTS_PER_SIZE == 0) {
        part = new byte[part.length + FIRST_PART];
      }
    }

    /** A view of the buffer, which the SDK may send again after a failure. */
    private RequestBody body() {
      int length = filled;
      byte[] bytes = part;
      return RequestBody.fromContentProvider(
          () -> new java.io.ByteArrayInputStream(bytes, 0, length),
          length,
          "application/octet-stream");
    }

    @Override
    public void commit() {
      if (parts.isEmpty()) {
        RequestBody body = body();
        ask(() -> client.putObject(r -> r.bucket(bucket).key(key), body));
      } else {
        if (filled > 0) {
          sendPart();
        }
        ask(
            () ->
                client.completeMultipartUpload(
                    r ->
                        r.bucket(bucket)
                            .key(key)
                            .uploadId(uploadId)
                            .multipartUpload(
                                CompletedMultipartUpload.builder().parts(parts).build())));
      }
      committed = true;
    }

    @Override
    public void close() {
      if (committed || uploadId == null) {
        return;
      }
      try {
        ask(() -> client.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(uploadId)));
      } catch (TenantryException e) {
        LOG.warnf("unfinished upload not aborted; retention removes it key=%s", key);
      }
    }
  }
}
