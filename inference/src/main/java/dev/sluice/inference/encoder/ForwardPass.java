package dev.sluice.inference.encoder;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sluice.inference.kernel.Activations;
import dev.sluice.inference.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The layers, one after the other, over one chunk. If the head only asks for the first token of
 * each sequence, the last layer computes no others.
 */
record ForwardPass(EncoderWeights weights, Kernels kernels) {

  /**
   * Runs the chunk that the workspace was loaded with; {@link Workspace#x} is the result. It has a
   * row for each token, or for each sequence if the head only asks for its first token.
   *
   * @return whether all products fitted their checksums; else the result is worthless
   */
  boolean run(Workspace space, int sequences, int tokens) {
    kernels.embed(
        weights.embeddings(),
        weights.embeddingNorm(),
        space.ids(),
        space.positions(),
        space.types(),
        tokens,
        space.x(),
        space.xQuantized());
    int mismatches = 0;
    List<EncoderWeights.Layer> layers = weights.layers();
    for (int i = 0; i < layers.size() && mismatches == 0; i++) {
      boolean firstTokenOnly = i == layers.size() - 1 && weights.head().firstTokenOnly();
      mismatches = layer(layers.get(i), space, sequences, tokens, firstTokenOnly);
    }
    return mismatches == 0;
  }

  private int layer(
      EncoderWeights.Layer layer,
      Workspace space,
      int sequences,
      int tokens,
      boolean firstTokenOnly) {
    MemorySegment scratch = space.scratch();
    Activations x = space.xQuantized();
    int mismatches =
        kernels.multiply(x, tokens, layer.queriesKeysValues(), space.queriesKeysValues(), scratch);
    kernels.attention(
        space.queriesKeysValues(),
        space.offsets(),
        sequences,
        firstTokenOnly,
        weights.shape().heads(),
        weights.shape().headSize(),
        space.attended(),
        scratch);
    if (firstTokenOnly) {
      keepFirstTokens(space, sequences);
    }
    int rows = firstTokenOnly ? sequences : tokens;
    mismatches +=
        kernels.multiplyNormalize(
            space.attended(),
            rows,
            layer.attentionOutput(),
            space.x(),
            layer.attentionNorm(),
            x,
            scratch);
    mismatches +=
        kernels.multiplyGelu(x, rows, layer.intermediate(), space.intermediate(), scratch);
    return mismatches
        + kernels.multiplyNormalize(
            space.intermediate(), rows, layer.output(), space.x(), layer.outputNorm(), x, scratch);
  }

  /** Moves rows up only, so that none is overwritten before it has moved. */
  private void keepFirstTokens(Workspace space, int sequences) {
    long rowBytes = 4L * weights.shape().hidden();
    for (int i = 0; i < sequences; i++) {
      long from = rowBytes * space.offsets().getAtIndex(JAVA_INT, i);
      MemorySegment.copy(space.x(), from, space.x(), rowBytes * i, rowBytes);
    }
  }
}
