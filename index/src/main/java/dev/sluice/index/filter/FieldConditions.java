package dev.sluice.index.filter;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.filter.Filter.Comparison;
import dev.sluice.index.filter.Filter.Operator;
import java.time.ZonedDateTime;
import java.time.temporal.Temporal;
import java.util.Arrays;
import java.util.List;

/**
 * The conditions that a field can be put to. Values are strings, numbers, booleans, or dates and
 * times of {@code java.time}; they are kept as text, and read as the type of the field.
 */
public final class FieldConditions {
  private final String name;

  FieldConditions(String name) {
    this.name = name;
  }

  public Filter equalTo(Comparable<?> value) {
    return compared(Operator.EQUAL, value);
  }

  public Filter notEqualTo(Comparable<?> value) {
    return equalTo(value).not();
  }

  public Filter lessThan(Comparable<?> value) {
    return compared(Operator.LESS, value);
  }

  public Filter atMost(Comparable<?> value) {
    return compared(Operator.AT_MOST, value);
  }

  public Filter moreThan(Comparable<?> value) {
    return compared(Operator.MORE, value);
  }

  public Filter atLeast(Comparable<?> value) {
    return compared(Operator.AT_LEAST, value);
  }

  /** The field has all terms of a text. */
  public Filter matches(String text) {
    return compared(Operator.MATCHES, text);
  }

  /** The field has one of these values. */
  public Filter in(Comparable<?>... values) {
    return in(Arrays.asList(values));
  }

  /** The field has one of these values, of which there is at least one. */
  public Filter in(List<? extends Comparable<?>> values) {
    return new Filter.In(name, values.stream().map(FieldConditions::text).toList());
  }

  /** The field has a value. */
  public Filter exists() {
    return new Filter.Exists(name);
  }

  private Filter compared(Operator operator, Comparable<?> value) {
    return new Comparison(name, operator, text(value));
  }

  private static String text(Comparable<?> value) {
    return switch (value) {
      case String text -> text;
      case Boolean truth -> truth.toString();
      case Double number -> number(number);
      case Float number -> number(Double.parseDouble(number.toString()));
      case Number number -> number.toString();
      case ZonedDateTime time -> time.toOffsetDateTime().toString();
      case Temporal time -> time.toString();
      default ->
          throw new InvalidInputException(
              "filter: expected a string, number, boolean, date or time, got a "
                  + value.getClass().getName());
    };
  }

  private static String number(double number) {
    if (!Double.isFinite(number)) {
      throw new InvalidInputException("filter: expected a finite number, got " + number);
    }
    return number == Math.rint(number) && Math.abs(number) < 0x1p53
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
