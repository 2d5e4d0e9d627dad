package dev.sluice.inference.quantize;

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

  /**
   * A model's input.
   *
   * @param types per token
   */
  record Input(int[] ids, int[] types) {}

  /** Puts sequences into batches, in order, of at most {@code maxTokens} or else one sequence. */
  static List<TokenBatch> of(List<Input> inputs, int maxTokens) {
    List<TokenBatch> batches = new ArrayList<>();
    int from = 0;
    int tokens = 0;
    for (int i = 0; i < inputs.size(); i++) {
      int length = inputs.get(i).ids().length;
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

  private static TokenBatch of(List<Input> inputs) {
    int tokens = inputs.stream().mapToInt(input -> input.ids().length).sum();
    int[] offsets = new int[inputs.size() + 1];
    TokenBatch batch = new TokenBatch(new int[tokens], new int[tokens], new int[tokens], offsets);
    for (int i = 0; i < inputs.size(); i++) {
      Input input = inputs.get(i);
      int at = offsets[i];
      System.arraycopy(input.ids(), 0, batch.ids, at, input.ids().length);
      System.arraycopy(input.types(), 0, batch.types, at, input.ids().length);
      for (int t = 0; t < input.ids().length; t++) {
        batch.positions[at + t] = t;
      }
      offsets[i + 1] = at + input.ids().length;
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
