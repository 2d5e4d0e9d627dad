package dev.sluice.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes in bytes as people write them: {@code 512m}, {@code 2g}; powers of 1024. */
final class ByteSize implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,12})([kmgt]?)i?b?");
  private static final String UNITS = "kmgt";

  @Override
  public Long convert(String text) {
    Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!form.matches()) {
      throw new TypeConversionException("expected a size such as 512m or 2g, got '" + text + "'");
    }
    int power = UNITS.indexOf(form.group(2)) + 1;
    try {
      return Math.multiplyExact(
          Long.parseLong(form.group(1)), form.group(2).isEmpty() ? 1L : 1L << (10 * power));
    } catch (ArithmeticException e) {
      throw new TypeConversionException("'" + text + "' is more than a machine can hold");
    }
  }

  /** A size for people, with one digit after the point from a kilobyte on. */
  static String show(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double size = bytes;
    int unit = -1;
    while (size >= 1024 && unit < UNITS.length() - 1) {
      size /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %sB", size, Character.toUpperCase(UNITS.charAt(unit)));
  }
}
