package dev.sluice.inference.kernel;

/**
 * The sizes of a BERT encoder.
 *
 * @param layers at least 1
 * @param hidden length of a token's vector; a multiple of {@code heads}
 * @param heads attention heads
 * @param intermediate width of the feed-forward layer
 * @param vocabulary rows of the word embeddings
 * @param positions rows of the position embeddings: the longest input in tokens
 * @param types rows of the token type embeddings
 * @param epsilon what layer normalisation adds to the variance
 */
public record EncoderShape(
    int layers,
    int hidden,
    int heads,
    int intermediate,
    int vocabulary,
    int positions,
    int types,
    float epsilon) {

  /** The same with another number of layers. */
  public EncoderShape withLayers(int number) {
    return new EncoderShape(
        number, hidden, heads, intermediate, vocabulary, positions, types, epsilon);
  }

  /** The length of one head's vectors. */
  public int headSize() {
    return hidden / heads;
  }
}
