package dev.sluice.inference.encoder;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sluice.inference.kernel.Activations;
import dev.sluice.inference.kernel.Kernels;
import dev.sluice.inference.kernel.Segments;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The layers, one after the other, over one chunk. If the head only asks for the first token of
 * each sequence, the last layer computes no others.
 */
record ForwardPass(EncoderWeights weights, Kernels kernels) {

  /**
   * Runs the chunk that the workspace was loaded with; {@link Workspace#x} is the result. It has a
   * row for each token, or for each sequence if {@link EncoderWeights#lastLayerOfFirstTokens}.
   *
   * @return whether all products fitted their checksums; else the result is worthless
   */
  boolean run(Workspace space, Workspace.Load load) {
    kernels.embed(
        weights.embeddings(),
        weights.embeddingNorm(),
        space.ids(),
        space.positions(),
        space.types(),
        load.tokens(),
        space.x(),
        space.xQuantized());
    int mismatches = 0;
    List<EncoderWeights.Layer> layers = weights.layers();
    for (int i = 0; i < layers.size() && mismatches == 0; i++) {
      boolean firstTokenOnly = i == layers.size() - 1 && weights.lastLayerOfFirstTokens();
      mismatches = layer(i, space, load, firstTokenOnly);
    }
    return mismatches == 0;
  }

  private int layer(int number, Workspace space, Workspace.Load load, boolean firstTokenOnly) {
    EncoderWeights.Layer layer = weights.layers().get(number);
    MemorySegment scratch = space.scratch();
    Activations x = space.xQuantized();
    int mismatches =
        kernels.multiply(
            x, load.tokens(), layer.queriesKeysValues(), space.queriesKeysValues(), scratch);
    boolean within = weights.config().withinSegments(number);
    kernels.attention(
        space.queriesKeysValues(),
        within ? space.segmentOffsets() : space.offsets(),
        within ? load.segments() : load.sequences(),
        layer
            .segmentBiases()
            .map(biases -> new Segments(space.secondStarts(), biases))
            .orElse(Segments.ALIKE),
        firstTokenOnly,
        weights.shape().heads(),
        weights.shape().headSize(),
        space.attended(),
        scratch);
    if (firstTokenOnly) {
      keepFirstTokens(space, load.sequences());
    }
    int rows = firstTokenOnly ? load.sequences() : load.tokens();
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
