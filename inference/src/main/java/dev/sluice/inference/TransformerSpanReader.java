package dev.sluice.inference;

import dev.sluice.inference.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A reader whose network says two logits per token. */
final class TransformerSpanReader implements SpanReader {
  /** Bounds the tokens held at once. */
  private static final int PASSAGES_AT_ONCE = 1024;

  private final ModelPack pack;
  private final TokenizerFile tokenizer;
  private final Network network;

  TransformerSpanReader(ModelPack pack, TokenizerFile tokenizer, Network network) {
    this.pack = pack;
    this.tokenizer = tokenizer;
    this.network = network;
  }

  @Override
  public String name() {
    return pack.name();
  }

  @Override
  public List<SpanLogits> read(String question, List<String> passages) {
    List<SpanLogits> results = new ArrayList<>(passages.size());
    for (int from = 0; from < passages.size(); from += PASSAGES_AT_ONCE) {
      int to = Math.min(passages.size(), from + PASSAGES_AT_ONCE);
      Pairs pairs = pairs(question, passages.subList(from, to));
      float[][] logits = network.run(pairs.sequences());
      for (int i = 0; i < logits.length; i++) {
        int noAnswer = network.readsSegments() ? pairs.sequences().get(i).secondStart() : 0;
        results.add(result(pairs.passages().get(i), pairs.passageStart(), noAnswer, logits[i]));
      }
    }
    return results;
  }

  @Override
  public Optional<ScoreCalibration> calibration() {
    return pack.calibration();
  }

  private Pairs pairs(String question, List<String> passages) {
    return Pairs.of(tokenizer, question, passages, pack.maxTokens(), network.readsSegments());
  }

  /**
   * @param first the index of the passage's first token
   * @param noAnswer the index of the [CLS] that stands for no answer: that of the passage if it has
   *     one of its own
   */
  private static SpanLogits result(Tokens passage, int first, int noAnswer, float[] logits) {
    float[] starts = new float[passage.length()];
    float[] ends = new float[passage.length()];
    for (int token = 0; token < passage.length(); token++) {
      starts[token] = logits[2 * (first + token)];
      ends[token] = logits[2 * (first + token) + 1];
    }
    return new SpanLogits(passage, starts, ends, logits[2 * noAnswer] + logits[2 * noAnswer + 1]);
  }

  @Override
  public Optional<SelfCheckReport> selfCheck() {
    return network.selfCheck();
  }

  @Override
  public void close() {
    network.close();
    tokenizer.close();
  }
}
