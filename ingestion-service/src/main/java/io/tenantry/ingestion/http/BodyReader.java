package io.tenantry.ingestion.http;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Reads request bodies into memory, within the limits of {@link InFlight}. Memory is reserved in
 * steps for bytes that have arrived, not for the announced length. A body that announces too many
 * bytes is refused before it is read. The kernel enforces the timeout of requests.
 */
@Singleton
public final class BodyReader {

  /** Reserved for every request, even an empty one. */
  private static final long MIN_RESERVATION = 4096;

  private static final int STEP = 64 << 10;

  /** The names of gzip in HTTP (RFC 9110, section 8.4.1.3). */
  private static final Set<String> GZIP = Set.of("gzip", "x-gzip");

  private final InFlight inFlight;
  private final HttpResponses responses;

  BodyReader(InFlight inFlight, HttpResponses responses) {
    this.inFlight = inFlight;
    this.responses = responses;
  }

  /** A complete body. Its bytes count for its sender until the response is sent. */
  public interface Body {

    /** The bytes; not copied, so do not modify them. */
    byte[] bytes();

    /**
     * Counts the body for a sender that was authenticated by it.
     *
     * @throws TenantryException {@code OVERLOADED} if that sender's share is used up
     */
    void countFor(Sender.Proven sender);
  }

  /**
   * Reads the body, decompresses it if needed, and passes it on; on failure it sends a problem
   * response. Runs on the request's event loop.
   *
   * @param maxBytes maximum size of the body, also decompressed
   */
  public void read(
      RoutingContext context, Sender sender, long maxBytes, Consumer<Body> onComplete) {
    HttpServerRequest request = context.request();
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    boolean compressed = GZIP.contains(String.valueOf(encoding).strip().toLowerCase(Locale.ROOT));
    if (encoding != null && !compressed && !encoding.strip().equalsIgnoreCase("identity")) {
      context.response().putHeader(HttpHeaders.ACCEPT_ENCODING, "gzip");
      refuse(
          context,
          ErrorCode.UNSUPPORTED_MEDIA_TYPE,
          "The content encoding is not supported. Use gzip, or send the body uncompressed.");
      return;
    }
    if (contentLength(request) > maxBytes) {
      refuseTooLarge(context, maxBytes);
      return;
    }
    BodyRead read =
        compressed
            ? new CompressedBodyRead(context, sender, maxBytes, onComplete)
            : new BodyRead(context, sender, maxBytes, onComplete);
    if (!read.start()) {
      return;
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      context.response().writeContinue();
    }
    // Paused until both handlers are set: a short body could end before the second one is.
    request.pause();
    request.handler(read::append);
    request.endHandler(end -> read.complete());
    request.resume();
  }

  private static long contentLength(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    // The server has already refused a value that is not a number.
    return length == null ? 0 : Long.parseLong(length);
  }

  private void refuseTooLarge(RoutingContext context, long maxBytes) {
    refuse(
        context,
        ErrorCode.PAYLOAD_TOO_LARGE,
        "The body has more than " + maxBytes + " bytes. Send a smaller one.");
  }

  private void refuse(RoutingContext context, ErrorCode code, String detail) {
    refuse(context, new TenantryException(code, detail));
  }

  /**
   * Sends a problem response. The rest of the body is read and discarded, up to the server's own
   * limit and timeout: a sender that is still sending would not read a response on a closed
   * connection.
   */
  public void refuse(RoutingContext context, Throwable problem) {
    HttpServerRequest request = context.request();
    if (!request.isEnded()) {
      request.handler(chunk -> {});
      request.resume();
    }
    responses.fail(context, problem);
  }

  /** A body that is being read. */
  private class BodyRead implements Body {

    final RoutingContext context;
    private final Context eventLoop;
    private final long maxBytes;
    private final Consumer<Body> onComplete;
    private final Buffer body = Buffer.buffer();
    private long size;
    private final Optional<InFlight.Reservation> reservation;
    private byte[] bytes = {};
    private boolean done;

    BodyRead(RoutingContext context, Sender sender, long maxBytes, Consumer<Body> onComplete) {
      this.context = context;
      this.eventLoop = context.vertx().getOrCreateContext();
      this.maxBytes = maxBytes;
      this.onComplete = onComplete;
      this.reservation =
          inFlight.reserve(sender, MIN_RESERVATION, () -> eventLoop.runOnContext(loop -> drop()));
    }

    boolean start() {
      if (reservation.isEmpty()) {
        refuseOverload();
        return false;
      }
      context.addEndHandler(
          end -> {
            done = true;
            reservation.get().release();
          });
      return true;
    }

    private void drop() {
      if (!done) {
        done = true;
        refuse(
            context,
            ErrorCode.OVERLOADED,
            "Too many request bodies are in flight; the oldest was dropped. Retry later.");
      }
    }

    private void refuseOverload() {
      done = true;
      refuse(context, overloaded());
    }

    void append(Buffer chunk) {
      if (done) {
        return;
      }
      size += chunk.length();
      if (tryGrow(size, 0)) {
        keep(chunk);
      }
    }

    void keep(Buffer chunk) {
      body.appendBuffer(chunk);
    }

    /**
     * Reserves memory for a body of this size. If that fails, it sends a problem response and
     * returns false.
     *
     * @param otherBytes further bytes in memory for this body
     */
    final boolean tryGrow(long size, long otherBytes) {
      if (size > maxBytes) {
        done = true;
        refuseTooLarge(context, maxBytes);
      } else if (size + otherBytes > MIN_RESERVATION
          && !reservation.get().growTo(Math.ceilDiv(size + otherBytes, STEP) * STEP)) {
        refuseOverload();
      }
      return !done;
    }

    void complete() {
      if (!done) {
        pass(body.getBytes());
      }
    }

    final void pass(byte[] complete) {
      bytes = complete;
      onComplete.accept(this);
    }

    @Override
    public byte[] bytes() {
      return bytes;
    }

    @Override
    public void countFor(Sender.Proven proven) {
      if (!reservation.get().moveTo(proven)) {
        throw overloaded();
      }
    }
  }

  /**
   * A compressed body that is being read. It is decompressed in steps, so that a small body cannot
   * expand to a huge one; decompressed chunks are released. The JDK's GZIPInputStream recurses for
   * each empty member and ignores data after the last one; the library's stream does neither.
   */
  private final class CompressedBodyRead extends BodyRead {

    private final CompressedChunks chunks = new CompressedChunks();

    CompressedBodyRead(
        RoutingContext context, Sender sender, long maxBytes, Consumer<Body> onComplete) {
      super(context, sender, maxBytes, onComplete);
    }

    @Override
    void keep(Buffer chunk) {
      chunks.add(chunk);
    }

    @Override
    void complete() {
      ByteArrayOutputStream decompressed = new ByteArrayOutputStream();
      byte[] step = new byte[STEP];
      try (InputStream gzip =
          GzipCompressorInputStream.builder()
              .setInputStream(chunks)
              .setDecompressConcatenated(true)
              .get()) {
        for (int count = gzip.read(step); count > 0; count = gzip.read(step)) {
          if (!tryGrow((long) decompressed.size() + count, chunks.remaining())) {
            return;
          }
          decompressed.write(step, 0, count);
        }
      } catch (IOException e) {
        refuse(
            context,
            ErrorCode.BAD_REQUEST,
            "The body is not valid gzip. Compress it, or remove the header Content-Encoding.");
        return;
      }
      pass(decompressed.toByteArray());
    }
  }

  private static TenantryException overloaded() {
    return new TenantryException(
        ErrorCode.OVERLOADED, "Too many request bytes are in flight for this sender. Retry later.");
  }
}
