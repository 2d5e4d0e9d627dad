package dev.sluice.inference.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErfTest {

  /** Values to 15 digits: Abramowitz and Stegun, table 7.1, and NIST DLMF, table 7.23. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.1, 0.112462916018284892",
    "0.5, 0.520499877813046538",
    "1, 0.842700792949714869",
    "1.5, 0.966105146475310727",
    "2, 0.995322265018952734",
    "3, 0.999977909503001415",
    "4, 0.999999984582742100",
    "5.9, 1",
    "6, 1",
    "100, 1",
    "1e-300, 1.12837916709551257e-300"
  })
  void agreesWithTables(double x, double expected) {
    assertEquals(expected, Erf.erf(x), 4 * Math.ulp(expected));
    assertEquals(-expected, Erf.erf(-x), 4 * Math.ulp(expected));
  }
}
