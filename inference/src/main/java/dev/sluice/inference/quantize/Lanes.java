package dev.sluice.inference.quantize;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** How wide the vectors of this package are. Widths of rows are multiples of 16. */
final class Lanes {
  static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() <= 16
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;

  static final int WIDTH = FLOATS.length();

  /** Columns of a panel: what one call of a multiplication's inner loop computes side by side. */
  static final int PANEL = 2 * WIDTH;

  private Lanes() {}

  /** The number of panels that {@code columns} take. */
  static int panels(int columns) {
    return (columns + PANEL - 1) / PANEL;
  }
}
