package io.tenantry.ingestion.event;

import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A tenant's event, a CloudEvent 1.0.
 *
 * @param tenantId the tenant that sent it
 * @param source where it comes from; source and {@code id} together identify the event
 * @param id the event's id, unique within its source
 * @param type what happened
 * @param subject what it happened to
 * @param time when it happened, in RFC 3339, exactly as sent
 * @param contentType the media type of the data
 * @param extensions extension attributes, by name
 * @param data the data, exactly as sent; not copied, so do not modify it
 */
@SuppressWarnings("ArrayRecordComponent")
public record Event(
    UUID tenantId,
    String source,
    String id,
    String type,
    Optional<String> subject,
    Optional<String> time,
    String contentType,
    Map<String, String> extensions,
    byte[] data) {

  /**
   * Maximum length of a source in characters; source and id together must fit in a PostgreSQL index
   * entry.
   */
  public static final int MAX_SOURCE_LENGTH = 400;

  /** Maximum length of an id in characters. */
  public static final int MAX_ID_LENGTH = 200;

  /** Maximum length of a type in characters. */
  public static final int MAX_TYPE_LENGTH = 255;

  /** Maximum length of any other attribute's value in characters. */
  public static final int MAX_ATTRIBUTE_LENGTH = 1024;

  /** Maximum number of extension attributes. */
  public static final int MAX_EXTENSIONS = 20;

  /** The media type of JSON. */
  public static final String JSON = "application/json";

  private static final Pattern RFC_3339 =
      Pattern.compile(
          "\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?([Zz]|[+-]\\d{2}:\\d{2})");

  /** Whether a text is an RFC 3339 timestamp that PostgreSQL can store. */
  public static boolean isTime(String text) {
    try {
      return RFC_3339.matcher(text).matches() && OffsetDateTime.parse(text).getYear() > 0;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** Whether a media type is JSON (RFC 6839: a subtype that ends in {@code +json} is JSON, too). */
  public static boolean isJson(String contentType) {
    int parameters = contentType.indexOf(';');
    String type = (parameters < 0 ? contentType : contentType.substring(0, parameters)).strip();
    return type.equalsIgnoreCase(JSON)
        || type.regionMatches(true, type.length() - 5, "+json", 0, 5);
  }
}
