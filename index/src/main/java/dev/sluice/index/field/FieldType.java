package dev.sluice.index.field;

import dev.sluice.error.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the values of a field are, and so what a filter can ask of them. */
public enum FieldType {
  /**
   * Words that are compared as a whole, in the order of their Unicode code points, and by their
   * first {@value #MAX_KEYWORD} characters; {@code :} looks for terms in them.
   */
  KEYWORD,

  /** Numbers, compared as {@code double}. */
  NUMBER,

  /** ISO-8601 dates and times, compared by the millisecond; UTC where no offset is given. */
  DATE,

  /** Text that is looked into by its terms alone, analysed as passages are. */
  TEXT;

  /** Lucene's terms are bounded, in bytes. */
  public static final int MAX_KEYWORD = 8_000;

  /**
   * The type of a name.
   *
   * @throws InvalidInputException for an unknown name
   */
  public static FieldType named(String name) {
    for (FieldType type : values()) {
      if (type.toString().equalsIgnoreCase(name)) {
        return type;
      }
    }
    throw new InvalidInputException(
        "field type: expected one of "
            + Arrays.stream(values()).map(FieldType::toString).collect(Collectors.joining(", "))
            + ", got '"
            + name
            + "'");
  }

  /** The name as it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
