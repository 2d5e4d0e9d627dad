package dev.sluice.cli;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.filter.Filter;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A filter as it is written on the command line. */
final class FilterExpression implements ITypeConverter<Filter> {

  @Override
  public Filter convert(String text) {
    try {
      return Filter.parse(text);
    } catch (InvalidInputException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
