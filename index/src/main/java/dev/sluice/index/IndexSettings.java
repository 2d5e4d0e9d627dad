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
 */
public record IndexSettings(String passages, String analyzer, String embedder, int dimensions) {

  public static final String NO_EMBEDDER = "none";

  public boolean hasVectors() {
    return dimensions > 0;
  }
}
