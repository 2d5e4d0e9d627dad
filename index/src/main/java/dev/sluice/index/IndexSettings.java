package dev.sluice.index;

/**
 * How documents become passages, terms and vectors. Fixed when an index is first written: passages
 * that were made in different ways do not compare. Only that an index without vectors may get an
 * embedder later ({@link IndexBuilder#toAddVectors}).
 *
 * @param passages name of the passage splitter, as {@code PassageSplitters} reads it
 * @param analyzer name of the text analysis of the lexical index, as {@code Analyzers} reads it
 * @param embedder name or folder of the model of the vectors; {@link #NO_EMBEDDER} where there are
 *     none
 * @param dimensions length of the vectors, 0 where there are none
 * @param vectorBits how many bits of a component are kept, 8 or 4; 0 while that is open
 */
public record IndexSettings(
    String passages, String analyzer, String embedder, int dimensions, int vectorBits) {

  public static final String NO_EMBEDDER = "none";

  private static final int FULL_BITS = 8;

  public IndexSettings {
    // Indexes of before there was a choice.
    vectorBits = dimensions > 0 && vectorBits == 0 ? FULL_BITS : vectorBits;
  }

  public boolean hasVectors() {
    return dimensions > 0;
  }
}
