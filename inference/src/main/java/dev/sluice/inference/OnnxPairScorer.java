package dev.sluice.inference;

import dev.sluice.error.InvalidInputException;
import java.util.Arrays;
import java.util.List;

/**
 * A cross-encoder that ONNX Runtime executes on the CPU. Its output is one logit per pair, or two,
 * for "no" and "yes", whose difference is the score.
 */
final class OnnxPairScorer implements PairScorer {
  /** As for the embedder, whose constant says what was measured. */
  private static final int BATCH_TOKENS = 1024;

  /** What a long query leaves to the passage, or half the input if that is less. */
  private static final int PASSAGE_ROOM = 64;

  private final ModelPack pack;
  private final TokenizerFile tokenizer;
  private final SpecialTokens special;
  private final OnnxModel model;

  private OnnxPairScorer(ModelPack pack, TokenizerFile tokenizer, OnnxModel model) {
    this.pack = pack;
    this.tokenizer = tokenizer;
    this.special = tokenizer.specialTokens();
    this.model = model;
  }

  static OnnxPairScorer open(ModelPack pack, int threads) {
    OpenPack open = OpenPack.open(pack, threads, "logits");
    try {
      checkOutput(open.model(), open.model().outputShape());
      return new OnnxPairScorer(pack, open.tokenizer(), open.model());
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
  }

  /** A shape may be declared with -1 where the exporter did not say; a run then shows it. */
  private static void checkOutput(OnnxModel model, long[] shape) {
    if (shape.length != 2 || shape[1] > 2) {
      throw new InvalidInputException(
          model.file()
              + " is no cross-encoder: its output must be logits of shape (pairs, 1) or (pairs, 2),"
              + " but is of shape "
              + Arrays.toString(shape)
              + ".");
    }
  }

  @Override
  public String name() {
    return pack.name();
  }

  @Override
  public float[] score(String query, List<String> passages) {
    float[] scores = new float[passages.size()];
    List<Sequence> pairs = pairs(query, passages);
    for (int[] batch : Batches.byLength(pairs, BATCH_TOKENS)) {
      List<Sequence> rows = Arrays.stream(batch).mapToObj(pairs::get).toList();
      OnnxModel.Output logits = model.run(rows, special.padding());
      checkOutput(model, logits.shape());
      for (int row = 0; row < batch.length; row++) {
        scores[batch[row]] = score(logits, row);
      }
    }
    return scores;
  }

  private List<Sequence> pairs(String query, List<String> passages) {
    int room = pack.maxTokens() - special.aroundPair();
    int queryLimit = room - Math.min(PASSAGE_ROOM, room / 2);
    int[] head = TextHeads.ids(tokenizer, List.of(query), queryLimit).getFirst();
    return TextHeads.ids(tokenizer, passages, room - head.length).stream()
        .map(passage -> special.pair(head, passage, pack.maxTokens()))
        .toList();
  }

  private static float score(OnnxModel.Output logits, int row) {
    return logits.shape()[1] == 1
        ? logits.values().get(row)
        : logits.values().get(2 * row + 1) - logits.values().get(2 * row);
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
