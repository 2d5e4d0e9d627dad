package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteSizeTest {

  @ParameterizedTest
  @CsvSource({"17, 17", "1k, 1024", "512m, 536870912", "2GB, 2147483648", "1 , 1"})
  void unitsArePowersOf1024(String text, long bytes) {
    assertEquals(bytes, new ByteSize().convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "m", "-1", "1.5g", "2x", "999999999999t"})
  void anythingElseIsRefused(String text) {
    assertThrows(TypeConversionException.class, () -> new ByteSize().convert(text));
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "1023, 1023 B", "1536, 1.5 KB", "2147483648, 2.0 GB"})
  void sizesAreShownInTheLargestUnitThatFits(long bytes, String shown) {
    assertEquals(shown, ByteSize.show(bytes));
  }
}
