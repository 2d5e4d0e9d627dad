package dev.sluice.inference.encoder;

import dev.sluice.inference.network.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring sequences of a call that run together.
 *
 * @param first the index of the first of them in the call
 */
record Chunk(int first, List<Sequence> sequences) {

  /**
   * Cuts a call's sequences into chunks, each whole.
   *
   * @param maxTokens the most tokens of a chunk; a single longer sequence is a chunk of its own
   */
  static List<Chunk> cut(List<Sequence> sequences, int maxTokens) {
    List<Chunk> chunks = new ArrayList<>();
    int first = 0;
    int tokens = 0;
    for (int i = 0; i < sequences.size(); i++) {
      int length = sequences.get(i).length();
      if (i > first && tokens + length > maxTokens) {
        chunks.add(new Chunk(first, sequences.subList(first, i)));
        first = i;
        tokens = 0;
      }
      tokens += length;
    }
    if (first < sequences.size()) {
      chunks.add(new Chunk(first, sequences.subList(first, sequences.size())));
    }
    return chunks;
  }
}
