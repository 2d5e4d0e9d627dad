package dev.sluice.inference.quantize;

import dev.sluice.inference.network.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * Sequences behind one another, without padding.
 *
 * @param ids per token
 * @param positions per token, from 0 in each sequence
 * @param types per token
 * @param offsets the first token of each sequence, and behind the last
 */
@SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
record TokenBatch(int[] ids, int[] positions, int[] types, int[] offsets) {

  /** Puts sequences into batches, in order, of at most {@code maxTokens} or else one sequence. */
  static List<TokenBatch> of(List<Sequence> inputs, int maxTokens) {
    List<TokenBatch> batches = new ArrayList<>();
    int from = 0;
    int tokens = 0;
    for (int i = 0; i < inputs.size(); i++) {
      int length = inputs.get(i).length();
      if (i > from && tokens + length > maxTokens) {
        batches.add(of(inputs.subList(from, i)));
        from = i;
        tokens = 0;
      }
      tokens += length;
    }
    if (from < inputs.size()) {
      batches.add(of(inputs.subList(from, inputs.size())));
    }
    return List.copyOf(batches);
  }

  private static TokenBatch of(List<Sequence> inputs) {
    int tokens = inputs.stream().mapToInt(input -> input.length()).sum();
    int[] offsets = new int[inputs.size() + 1];
    TokenBatch batch = new TokenBatch(new int[tokens], new int[tokens], new int[tokens], offsets);
    for (int i = 0; i < inputs.size(); i++) {
      Sequence input = inputs.get(i);
      int at = offsets[i];
      System.arraycopy(input.ids(), 0, batch.ids, at, input.length());
      for (int t = 0; t < input.length(); t++) {
        batch.positions[at + t] = t;
        batch.types[at + t] = input.type(t);
      }
      offsets[i + 1] = at + input.length();
    }
    return batch;
  }

  int tokens() {
    return ids.length;
  }

  int sequences() {
    return offsets.length - 1;
  }
}
