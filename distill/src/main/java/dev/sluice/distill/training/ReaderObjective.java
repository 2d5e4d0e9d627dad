package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.distill.data.ReaderExample;
import dev.sluice.distill.data.ReaderExample.Span;
import dev.sluice.inference.SpanLogits;
import dev.sluice.inference.TokenVectors;
import dev.sluice.inference.TokenVectors.Encoded;
import dev.sluice.inference.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finding where a passage answers a question, or that it does not: then start and end are the
 * passage's first token, [CLS] (Devlin et al., 2019).
 */
final class ReaderObjective implements Objective<List<ReaderExample>> {
  private static final int EVALUATED_AT_ONCE = 64;

  private final ReaderOptions options;
  private final TokenVectors lower;
  private final SpanHead head;
  private final List<ReaderExample> training;
  private final List<ReaderExample> heldOut;
  private long drawn;

  ReaderObjective(
      ReaderOptions options,
      TokenVectors lower,
      SpanHead head,
      List<ReaderExample> training,
      List<ReaderExample> heldOut) {
    this.options = options;
    this.lower = lower;
    this.head = head;
    this.training = List.copyOf(training);
    this.heldOut = List.copyOf(heldOut);
  }

  @Override
  public List<Parameter> headParameters() {
    return head.parameters();
  }

  @Override
  public void skip(long steps) {
    drawn += steps * options.pairs();
  }

  @Override
  public List<ReaderExample> next() {
    List<ReaderExample> examples = new ArrayList<>();
    for (int i = 0; i < options.pairs(); i++) {
      examples.add(training.get((int) (drawn++ % training.size())));
    }
    return examples;
  }

  @Override
  public NDArray loss(
      NDManager scope, JointLayers layers, List<ReaderExample> examples, Rounding rounding) {
    List<Encoded> questions = questions(examples);
    List<Encoded> passages = passages(examples);
    NDArray losses =
        new Pairs(questions, passages)
            .forward(
                scope,
                layers,
                layers.matrices(scope, rounding),
                lower.hidden(),
                (x, batch, pairs) -> {
                  NDArray logits = head.forward(x, batch);
                  NDArray target = targets(scope, logits.getShape(), pairs, examples, passages);
                  return logits.logSoftmax(2).mul(target).sum(new int[] {1, 2}).mul(-0.5f);
                });
    return losses.mean();
  }

  private List<Encoded> questions(List<ReaderExample> examples) {
    return lower.encode(
        examples.stream().map(ReaderExample::question).toList(), options.questionTokens());
  }

  private List<Encoded> passages(List<ReaderExample> examples) {
    return lower.encode(
        examples.stream().map(ReaderExample::passage).toList(), options.passageTokens());
  }

  private static NDArray targets(
      NDManager scope,
      Shape shape,
      List<Integer> pairs,
      List<ReaderExample> examples,
      List<Encoded> passages) {
    int tokens = (int) shape.get(2);
    float[] targets = new float[pairs.size() * 2 * tokens];
    for (int i = 0; i < pairs.size(); i++) {
      int[] span = rows(examples.get(pairs.get(i)), passages.get(pairs.get(i)));
      targets[2 * i * tokens + span[0]] = 1;
      targets[(2 * i + 1) * tokens + span[1]] = 1;
    }
    return scope.create(targets, shape);
  }

  /** The rows of the first answer that the tokens hold whole; 0 and 0 if there is none. */
  private static int[] rows(ReaderExample example, Encoded passage) {
    Tokens tokens = passage.tokens();
    for (Span answer : example.answers()) {
      int first = 0;
      while (first < tokens.length() && tokens.ends()[first] <= answer.from()) {
        first++;
      }
      int last = first;
      while (last < tokens.length() && tokens.ends()[last] < answer.to()) {
        last++;
      }
      if (last < tokens.length()) {
        return new int[] {passage.before() + first, passage.before() + last};
      }
    }
    return new int[] {0, 0};
  }

  @Override
  public Score evaluate(JointLayers layers, Asked asked) {
    List<SpanLogits> said = new ArrayList<>();
    for (int from = 0; from < heldOut.size(); from += EVALUATED_AT_ONCE) {
      int to = Math.min(heldOut.size(), from + EVALUATED_AT_ONCE);
      said.addAll(read(layers, heldOut.subList(from, to), Rounding.WEIGHTS));
      asked.of(to, heldOut.size());
    }
    return ReaderScore.of(heldOut, said);
  }

  /** What layers and head say of each example. */
  List<SpanLogits> read(JointLayers layers, List<ReaderExample> examples, Rounding rounding) {
    SpanLogits[] said = new SpanLogits[examples.size()];
    try (NDManager scope = layers.newScope()) {
      List<Encoded> passages = passages(examples);
      new Pairs(questions(examples), passages)
          .forward(
              scope,
              layers,
              layers.matrices(scope, rounding),
              lower.hidden(),
              (x, batch, pairs) -> {
                NDArray logits = head.forward(x, batch);
                for (int i = 0; i < pairs.size(); i++) {
                  int pair = pairs.get(i);
                  said[pair] = said(logits.get(i).toFloatArray(), passages.get(pair));
                }
                return logits.sum(new int[] {1, 2});
              });
    }
    return List.of(said);
  }

  private static SpanLogits said(float[] logits, Encoded passage) {
    int width = logits.length / 2;
    int tokens = passage.tokens().length();
    int before = passage.before();
    return new SpanLogits(
        passage.tokens(),
        Arrays.copyOfRange(logits, before, before + tokens),
        Arrays.copyOfRange(logits, width + before, width + before + tokens),
        logits[0] + logits[width]);
  }
}
