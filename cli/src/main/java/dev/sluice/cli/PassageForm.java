package dev.sluice.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The ways to cut passages that {@code --passages} can name. */
final class PassageForm implements ITypeConverter<String> {
  private static final Pattern FORM = Pattern.compile("whole|sentence(:\\d{1,6}(:\\d{1,6})?)?");

  @Override
  public String convert(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new TypeConversionException(
          "expected whole, sentence, sentence:BUDGET or sentence:BUDGET:OVERLAP in tokens, got '"
              + text
              + "'");
    }
    return text;
  }
}
