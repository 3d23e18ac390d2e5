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
 * Reads bodies into memory, no more at a time than there is room for. Room is taken for what has
 * arrived, in steps, and not for what is announced. What is too large is refused before it is read,
 * as far as it can be known. How long a body may take, the kernel decides for all requests.
 */
@Singleton
public final class BodyReader {

  /** What even an empty request takes. */
  private static final long LEAST = 4096;

  private static final int STEP = 64 << 10;

  /** HTTP's names of the one compression (RFC 9110, section 8.4.1.3). */
  private static final Set<String> GZIP = Set.of("gzip", "x-gzip");

  private final InFlight inFlight;
  private final HttpAnswers answers;

  BodyReader(InFlight inFlight, HttpAnswers answers) {
    this.inFlight = inFlight;
    this.answers = answers;
  }

  /** A body that is complete; it counts for its sender until the request is answered. */
  public interface Body {

    /** Its bytes; not copied, to be read only. */
    byte[] bytes();

    /**
     * Counts it for a sender that has proven who it is by it.
     *
     * @throws TenantryException {@code OVERLOADED} if that sender's share is used up
     */
    void countFor(Sender.Proven sender);
  }

  /**
   * Reads the body, unpacks it if it is compressed, and passes it on, or answers why it does not.
   * On the request's event loop.
   *
   * @param largest the most bytes it may have, also unpacked
   */
  public void read(RoutingContext context, Sender sender, long largest, Consumer<Body> whole) {
    HttpServerRequest request = context.request();
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    boolean packed = GZIP.contains(String.valueOf(encoding).strip().toLowerCase(Locale.ROOT));
    if (encoding != null && !packed && !encoding.strip().equalsIgnoreCase("identity")) {
      context.response().putHeader(HttpHeaders.ACCEPT_ENCODING, "gzip");
      refuse(context, ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body may be compressed by gzip only.");
      return;
    }
    if (announced(request) > largest) {
      refuseTooLarge(context, largest);
      return;
    }
    Reading reading =
        packed
            ? new PackedReading(context, sender, largest, whole)
            : new Reading(context, sender, largest, whole);
    if (!reading.start()) {
      return;
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      context.response().writeContinue();
    }
    // Paused until both are set: what is there already would be over before the second.
    request.pause();
    request.handler(reading::append);
    request.endHandler(end -> reading.complete());
    request.resume();
  }

  private static long announced(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    // What is no number, the server has refused before.
    return length == null ? 0 : Long.parseLong(length);
  }

  private void refuseTooLarge(RoutingContext context, long largest) {
    refuse(context, ErrorCode.PAYLOAD_TOO_LARGE, "The body has more than " + largest + " bytes.");
  }

  private void refuse(RoutingContext context, ErrorCode code, String detail) {
    refuse(context, new TenantryException(code, detail));
  }

  /**
   * Answers with a problem. What comes of the body is thrown away, up to the server's own limit and
   * deadline: a sender that is still sending would not read the answer of a connection that is
   * closed.
   */
  public void refuse(RoutingContext context, Throwable problem) {
    HttpServerRequest request = context.request();
    if (!request.isEnded()) {
      request.handler(chunk -> {});
      request.resume();
    }
    answers.fail(context, problem);
  }

  /** One body on its way. */
  private class Reading implements Body {

    final RoutingContext context;
    private final Context eventLoop;
    private final long largest;
    private final Consumer<Body> whole;
    private final Buffer body = Buffer.buffer();
    private long size;
    private final Optional<InFlight.Reservation> room;
    private byte[] bytes = {};
    private boolean done;

    Reading(RoutingContext context, Sender sender, long largest, Consumer<Body> whole) {
      this.context = context;
      this.eventLoop = context.vertx().getOrCreateContext();
      this.largest = largest;
      this.whole = whole;
      this.room = inFlight.reserve(sender, LEAST, () -> eventLoop.runOnContext(loop -> drop()));
    }

    boolean start() {
      if (room.isEmpty()) {
        refuseFull();
        return false;
      }
      context.addEndHandler(
          end -> {
            done = true;
            room.get().release();
          });
      return true;
    }

    private void drop() {
      if (!done) {
        done = true;
        refuse(
            context,
            ErrorCode.OVERLOADED,
            "Too many bodies are arriving; this one has waited the longest.");
      }
    }

    private void refuseFull() {
      done = true;
      refuse(context, tooMany());
    }

    void append(Buffer chunk) {
      if (done) {
        return;
      }
      size += chunk.length();
      if (hasRoom(size, 0)) {
        keep(chunk);
      }
    }

    void keep(Buffer chunk) {
      body.appendBuffer(chunk);
    }

    /**
     * Whether the body may have this size; if not, that is answered.
     *
     * @param more what is in memory besides
     */
    final boolean hasRoom(long size, long more) {
      if (size > largest) {
        done = true;
        refuseTooLarge(context, largest);
      } else if (size + more > LEAST
          && !room.get().growTo(Math.ceilDiv(size + more, STEP) * STEP)) {
        refuseFull();
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
      whole.accept(this);
    }

    @Override
    public byte[] bytes() {
      return bytes;
    }

    @Override
    public void countFor(Sender.Proven proven) {
      if (!room.get().moveTo(proven)) {
        throw tooMany();
      }
    }
  }

  /**
   * One that is compressed. It is unpacked step by step, so that a small body cannot be huge, and
   * what is unpacked is let go. The JDK's GZIPInputStream calls itself for each empty member and
   * takes what follows the last one for nothing; the library's does neither.
   */
  private final class PackedReading extends Reading {

    private final PackedChunks chunks = new PackedChunks();

    PackedReading(RoutingContext context, Sender sender, long largest, Consumer<Body> whole) {
      super(context, sender, largest, whole);
    }

    @Override
    void keep(Buffer chunk) {
      chunks.add(chunk);
    }

    @Override
    void complete() {
      ByteArrayOutputStream unpacked = new ByteArrayOutputStream();
      byte[] step = new byte[STEP];
      try (InputStream gzip =
          GzipCompressorInputStream.builder()
              .setInputStream(chunks)
              .setDecompressConcatenated(true)
              .get()) {
        for (int count = gzip.read(step); count > 0; count = gzip.read(step)) {
          if (!hasRoom((long) unpacked.size() + count, chunks.remaining())) {
            return;
          }
          unpacked.write(step, 0, count);
        }
      } catch (IOException e) {
        refuse(context, ErrorCode.BAD_REQUEST, "The body is not gzip, as Content-Encoding says.");
        return;
      }
      pass(unpacked.toByteArray());
    }
  }

  private static TenantryException tooMany() {
    return new TenantryException(
        ErrorCode.OVERLOADED, "Too many bytes of requests are in flight for this sender.");
  }
}
