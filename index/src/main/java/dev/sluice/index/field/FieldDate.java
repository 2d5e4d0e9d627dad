package dev.sluice.index.field;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The time that an ISO-8601 date means: {@code 2020}, {@code 2020-05} and {@code 2020-05-17} are a
 * year, a month and a day in UTC; {@code 2020-05-17T08:30} and the like, with seconds and offset or
 * without, are a millisecond.
 *
 * @param from first millisecond since 1970
 * @param to the one after its last
 */
public record FieldDate(long from, long to) {
  private static final Pattern YEAR = Pattern.compile("\\d{4}");
  private static final Pattern MONTH = Pattern.compile("\\d{4}-\\d{2}");
  private static final Pattern DAY = Pattern.compile("[+-]?\\d{4,9}-\\d{2}-\\d{2}");
  private static final Pattern TIME = Pattern.compile("[+-]?\\d{4,9}-\\d{2}-\\d{2}[T ]\\d{2}:.*");

  /** The date that a text is; empty where it is none. */
  public static Optional<FieldDate> parse(String text) {
    try {
      if (YEAR.matcher(text).matches()) {
        LocalDate first = LocalDate.of(Integer.parseInt(text), 1, 1);
        return Optional.of(days(first, first.plusYears(1)));
      }
      if (MONTH.matcher(text).matches()) {
        LocalDate first = LocalDate.parse(text + "-01");
        return Optional.of(days(first, first.plusMonths(1)));
      }
      if (DAY.matcher(text).matches()) {
        LocalDate day = LocalDate.parse(text);
        return Optional.of(days(day, day.plusDays(1)));
      }
      return TIME.matcher(text).matches() ? Optional.of(time(text)) : Optional.empty();
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static FieldDate days(LocalDate first, LocalDate after) {
    return new FieldDate(millis(first.atStartOfDay()), millis(after.atStartOfDay()));
  }

  private static long millis(LocalDateTime time) {
    return time.toInstant(ZoneOffset.UTC).toEpochMilli();
  }

  private static FieldDate time(String text) {
    Instant instant =
        switch (DateTimeFormatter.ISO_DATE_TIME.parseBest(
            text.replace(' ', 'T'), ZonedDateTime::from, LocalDateTime::from)) {
          case ZonedDateTime zoned -> zoned.toInstant();
          case LocalDateTime local -> local.toInstant(ZoneOffset.UTC);
          default -> throw new DateTimeException(text);
        };
    long millis = instant.toEpochMilli();
    return new FieldDate(millis, millis + 1);
  }

  /** Whether a value of an undeclared field is taken for a date: a day at least. */
  static boolean isEvident(String text) {
    return text.length() >= 10 && parse(text).isPresent();
  }
}
