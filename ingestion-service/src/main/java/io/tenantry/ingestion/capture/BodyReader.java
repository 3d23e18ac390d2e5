package io.tenantry.ingestion.capture;

import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.function.Consumer;

/**
 * Reads bodies into memory, no more at a time than there is room for. What is too large is refused
 * before it is read, as far as it can be known.
 */
@Singleton
public final class BodyReader {

  /** What even an empty request takes. */
  private static final long LEAST = 4096;

  private final long largest;
  private final InFlight inFlight;
  private final HttpAnswers answers;

  BodyReader(CaptureConfig config, InFlight inFlight, HttpAnswers answers) {
    this.largest = config.maxBodySize().asLongValue();
    this.inFlight = inFlight;
    this.answers = answers;
  }

  /** Reads the body and hands it on, or answers why it does not. On the request's event loop. */
  public void read(RoutingContext context, Consumer<byte[]> whole) {
    HttpServerRequest request = context.request();
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      refuse(context, ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body must not be compressed.");
      return;
    }
    long announced = announced(request);
    if (announced > largest) {
      refuseTooLarge(context);
      return;
    }
    Reading reading = new Reading(context, whole);
    if (!reading.reserve(Math.max(LEAST, announced))) {
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

  private void refuseTooLarge(RoutingContext context) {
    refuse(context, ErrorCode.PAYLOAD_TOO_LARGE, "The body has more than " + largest + " bytes.");
  }

  private void refuse(RoutingContext context, ErrorCode code, String detail) {
    refuse(context, new TenantryException(code, detail));
  }

  /**
   * Answers with a problem. What comes of the body is thrown away, up to the server's own limit:
   * who is still sending would not read the answer of a connection that is closed.
   */
  public void refuse(RoutingContext context, TenantryException problem) {
    HttpServerRequest request = context.request();
    if (!request.isEnded()) {
      request.handler(chunk -> {});
    }
    answers.fail(context, problem);
  }

  /** One body on its way. */
  private final class Reading {

    private final RoutingContext context;
    private final Consumer<byte[]> whole;
    private final Buffer body = Buffer.buffer();
    private long reserved;
    private boolean given;

    Reading(RoutingContext context, Consumer<byte[]> whole) {
      this.context = context;
      this.whole = whole;
      context.addEndHandler(
          end -> {
            given = true;
            inFlight.release(reserved);
            reserved = 0;
          });
    }

    boolean reserve(long size) {
      if (inFlight.tryReserve(size)) {
        reserved += size;
        return true;
      }
      given = true;
      refuse(
          context,
          ErrorCode.OVERLOADED,
          "The service has as many requests in hand as it can hold.");
      return false;
    }

    void append(Buffer chunk) {
      if (given) {
        return;
      }
      long size = (long) body.length() + chunk.length();
      if (size > largest) {
        given = true;
        refuseTooLarge(context);
      } else if (size <= reserved || reserve(Math.max(size, LEAST))) {
        body.appendBuffer(chunk);
      }
    }

    void complete() {
      if (!given) {
        given = true;
        whole.accept(body.getBytes());
      }
    }
  }
}
