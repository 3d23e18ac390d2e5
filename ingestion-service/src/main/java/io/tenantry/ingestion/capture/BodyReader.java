package io.tenantry.ingestion.capture;

import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads bodies into memory, no more at a time than there is room for. Room is taken for what has
 * arrived, in steps, and not for what is announced. What is too large is refused before it is read,
 * as far as it can be known. How long a body may take, the kernel decides for all requests.
 */
@Singleton
public final class BodyReader {

  /** What even an empty request takes. */
  private static final long LEAST = 4096;

  private static final long STEP = 64 << 10;

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
   * Reads the body and passes it on, or answers why it does not. On the request's event loop.
   *
   * @param largest the most bytes it may have
   */
  public void read(RoutingContext context, Sender sender, long largest, Consumer<Body> whole) {
    HttpServerRequest request = context.request();
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      refuse(context, ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body must not be compressed.");
      return;
    }
    if (announced(request) > largest) {
      refuseTooLarge(context, largest);
      return;
    }
    Reading reading = new Reading(context, sender, largest, whole);
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
  private final class Reading implements Body {

    private final RoutingContext context;
    private final Context eventLoop;
    private final Sender sender;
    private final long largest;
    private final Consumer<Body> whole;
    private final Buffer body = Buffer.buffer();
    private InFlight.Reservation room;
    private byte[] bytes = {};
    private boolean done;

    Reading(RoutingContext context, Sender sender, long largest, Consumer<Body> whole) {
      this.context = context;
      this.eventLoop = context.vertx().getOrCreateContext();
      this.sender = sender;
      this.largest = largest;
      this.whole = whole;
    }

    boolean start() {
      Optional<InFlight.Reservation> reserved =
          inFlight.reserve(sender, LEAST, () -> eventLoop.runOnContext(loop -> drop()));
      if (reserved.isEmpty()) {
        refuseFull();
        return false;
      }
      room = reserved.get();
      context.addEndHandler(
          end -> {
            done = true;
            room.release();
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
      long size = (long) body.length() + chunk.length();
      if (size > largest) {
        done = true;
        refuseTooLarge(context, largest);
      } else if (size <= LEAST || room.growTo(Math.ceilDiv(size, STEP) * STEP)) {
        body.appendBuffer(chunk);
      } else {
        refuseFull();
      }
    }

    void complete() {
      if (!done) {
        bytes = body.getBytes();
        whole.accept(this);
      }
    }

    @Override
    public byte[] bytes() {
      return bytes;
    }

    @Override
    public void countFor(Sender.Proven proven) {
      if (!room.moveTo(proven)) {
        throw tooMany();
      }
    }
  }

  private static TenantryException tooMany() {
    return new TenantryException(
        ErrorCode.OVERLOADED, "Too many bytes of requests are in flight for this sender.");
  }
}
