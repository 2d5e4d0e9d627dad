package dev.sluice.inference;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.network.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A cross-encoder. Its network says one logit per pair, or two, for "no" and "yes", whose
 * difference is the score.
 */
final class TransformerPairScorer implements PairScorer {
  /** Bounds the tokens held at once. */
  private static final int PASSAGES_AT_ONCE = 1024;

  private final ModelPack pack;
  private final TokenizerFile tokenizer;
  private final Network network;

  TransformerPairScorer(ModelPack pack, TokenizerFile tokenizer, Network network) {
    this.pack = pack;
    this.tokenizer = tokenizer;
    this.network = network;
  }

  @Override
  public String name() {
    return pack.name();
  }

  @Override
  public Optional<Path> folder() {
    return Optional.of(pack.folder());
  }

  @Override
  public float[] score(String query, List<String> passages) {
    float[] scores = new float[passages.size()];
    for (int from = 0; from < scores.length; from += PASSAGES_AT_ONCE) {
      int to = Math.min(scores.length, from + PASSAGES_AT_ONCE);
      Pairs pairs = pairs(query, passages.subList(from, to));
      float[][] logits = network.run(pairs.sequences());
      for (int i = from; i < to; i++) {
        scores[i] = score(logits[i - from]);
      }
    }
    return scores;
  }

  private Pairs pairs(String query, List<String> passages) {
    return Pairs.of(tokenizer, query, passages, pack.maxTokens(), network.readsSegments());
  }

  private float score(float[] logits) {
    return switch (logits.length) {
      case 1 -> logits[0];
      case 2 -> logits[1] - logits[0];
      default ->
          throw new InvalidInputException(
              pack.model()
                  + " is no cross-encoder: it must say 1 or 2 logits per pair, but says "
                  + logits.length
                  + ".");
    };
  }

  @Override
  public Optional<ScoreCalibration> calibration() {
    return pack.calibration();
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
