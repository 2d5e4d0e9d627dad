package dev.sluice.cli;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.field.FieldType;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The type of a field by its name. */
final class FieldTypeName implements ITypeConverter<FieldType> {

  @Override
  public FieldType convert(String text) {
    try {
      return FieldType.named(text);
    } catch (InvalidInputException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
