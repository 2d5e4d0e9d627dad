package dev.sluice.index.field;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Numbers as fields have them. */
public final class FieldNumber {
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  /** As JSON writes numbers: what starts with a zero or plus is rather a code. */
  private static final Pattern JSON = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");

  /** Up to here a double tells whole numbers apart. */
  private static final double MAX_WHOLE = 0x1p53;

  private FieldNumber() {}

  /** The number that a text is in decimal notation; empty where it is none or not finite. */
  public static OptionalDouble parse(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      return OptionalDouble.empty();
    }
    double number = Double.parseDouble(text);
    // Minus zero would be less than zero.
    return Double.isFinite(number) ? OptionalDouble.of(number + 0.0) : OptionalDouble.empty();
  }

  /** Whether a value of an undeclared field is taken for a number. */
  static boolean isEvident(String text) {
    if (!JSON.matcher(text).matches()) {
      return false;
    }
    OptionalDouble number = parse(text);
    return number.isPresent() && Math.abs(number.getAsDouble()) <= MAX_WHOLE;
  }
}
