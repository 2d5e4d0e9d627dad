package dev.sluice.inference.encoder;

import dev.sluice.inference.kernel.LayerNorm;
import dev.sluice.inference.kernel.LinearWeights;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Every piece of native memory that weights lie in, with the CRC-32C that it had when they were
 * read. A CRC-32C finds every change of up to three bits in pieces of this size, and any change
 * within 32 neighbouring bits.
 */
final class WeightRegions {
  /** A ByteBuffer has an int for its size. */
  private static final long BUFFER_BYTES = 1 << 30;

  private final List<MemorySegment> memory = new ArrayList<>();
  private final int[] checksums;

  WeightRegions(EncoderWeights weights) {
    memory.add(weights.embeddings().words().codes());
    memory.add(weights.embeddings().words().scales());
    memory.add(weights.embeddings().positions());
    memory.add(weights.embeddings().types());
    add(weights.embeddingNorm());
    for (EncoderWeights.Layer layer : weights.layers()) {
      add(layer.queriesKeysValues());
      layer.segmentBiases().ifPresent(memory::add);
      add(layer.attentionOutput());
      add(layer.attentionNorm());
      add(layer.intermediate());
      add(layer.output());
      add(layer.outputNorm());
    }
    add(weights.head());
    this.checksums = memory.stream().mapToInt(WeightRegions::checksum).toArray();
  }

  private void add(LinearWeights weights) {
    memory.add(weights.codes());
    memory.add(weights.scales());
    memory.add(weights.foldMultiplier());
    memory.add(weights.foldScale());
    memory.add(weights.foldSums());
    memory.add(weights.blockScale());
    memory.add(weights.blockSums());
    memory.add(weights.bias());
  }

  private void add(LayerNorm norm) {
    memory.add(norm.gamma());
    memory.add(norm.beta());
  }

  private void add(Head head) {
    switch (head) {
      case Head.FirstVector _, Head.MeanVector _, Head.TokenVectors _ -> {}
      case Head.Classifier classifier -> {
        classifier.pooler().ifPresent(this::add);
        add(classifier.classifier());
      }
      case Head.Spans spans -> add(spans.outputs());
      case Relevance relevance -> {
        memory.add(relevance.similarity());
        memory.add(relevance.first());
        memory.add(relevance.bias());
      }
    }
  }

  private void add(DenseLayer layer) {
    memory.add(layer.weights());
    memory.add(layer.bias());
  }

  private static int checksum(MemorySegment region) {
    CRC32C crc = new CRC32C();
    for (long from = 0; from < region.byteSize(); from += BUFFER_BYTES) {
      crc.update(
          region.asSlice(from, Math.min(BUFFER_BYTES, region.byteSize() - from)).asByteBuffer());
    }
    return (int) crc.getValue();
  }

  /** The pieces, always in the same order for the same model. */
  List<MemorySegment> memory() {
    return memory;
  }

  /** The size of all of them. */
  long bytes() {
    return memory.stream().mapToLong(MemorySegment::byteSize).sum();
  }

  /** The indices of the pieces that have changed. */
  List<Integer> changed() {
    List<Integer> changed = new ArrayList<>();
    for (int i = 0; i < checksums.length; i++) {
      if (checksum(memory.get(i)) != checksums[i]) {
        changed.add(i);
      }
    }
    return changed;
  }

  /** Whether other memory holds the same weights as this did when it was read. */
  boolean matches(WeightRegions other) {
    return Arrays.equals(checksums, other.checksums);
  }

  /** Overwrites a piece with the same piece of another reading. */
  void restore(int index, WeightRegions from) {
    memory.get(index).copyFrom(from.memory.get(index));
  }
}
