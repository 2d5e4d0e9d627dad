package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.Group.Passage;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.TokenVectors;
import dev.sluice.inference.TokenVectors.Encoded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Telling the relevant passage of a query from others that the first stages find. */
final class RerankerObjective implements Objective<List<RerankerObjective.Example>> {
  private final RerankerOptions options;
  private final TokenVectors lower;
  private final RelevanceHead head;
  private final Supplier<GroupStream> training;
  private final List<Group> heldOut;
  private GroupStream stream;
  private long drawn;

  /** A query and its passages, the relevant one first, with what they should score. */
  record Example(String query, List<String> passages, float[] target) {}

  /** Groups, one after the other. */
  interface GroupStream extends AutoCloseable {
    Optional<Group> next();

    @Override
    void close();
  }

  /**
   * @param training opens the groups from their start
   */
  RerankerObjective(
      RerankerOptions options,
      TokenVectors lower,
      RelevanceHead head,
      Supplier<GroupStream> training,
      List<Group> heldOut) {
    this.options = options;
    this.lower = lower;
    this.head = head;
    this.training = training;
    this.heldOut = List.copyOf(heldOut);
    this.stream = training.get();
  }

  @Override
  public List<Parameter> headParameters() {
    return head.parameters();
  }

  @Override
  public void skip(long steps) {
    for (long i = 0; i < steps * options.queries(); i++) {
      nextGroup();
    }
  }

  @Override
  public List<Example> next() {
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < options.queries(); i++) {
      groups.add(nextGroup());
    }
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      Group other = groups.get((i + 1) % groups.size());
      examples.add(example(groups.get(i), other, new SplittableRandom(options.seed() + drawn + i)));
    }
    return examples;
  }

  private Group nextGroup() {
    boolean again = false;
    while (true) {
      Optional<Group> group = stream.next();
      if (group.isEmpty()) {
        if (again) {
          throw new InvalidInputException(
              "the training groups hold none with a relevant passage and others; mine them again");
        }
        again = true;
        stream.close();
        stream = training.get();
        continue;
      }
      if (GroupSample.isUsable(group.get())) {
        drawn++;
        return group.get();
      }
    }
  }

  private Example example(Group group, Group other, SplittableRandom random) {
    List<Passage> sample = GroupSample.draw(group, other, options.passages(), random);
    float[] target = new RelevanceLoss(LabelTrust.of(group.source())).target(sample);
    return new Example(group.query(), sample.stream().map(Passage::text).toList(), target);
  }

  @Override
  public NDArray loss(
      NDManager scope, JointLayers layers, List<Example> examples, Rounding rounding) {
    List<Encoded> queries =
        lower.encode(examples.stream().map(Example::query).toList(), options.queryTokens());
    List<Encoded> passages =
        lower.encode(
            examples.stream().flatMap(each -> each.passages().stream()).toList(),
            options.passageTokens());
    List<Encoded> first = new ArrayList<>();
    for (Encoded query : queries) {
      for (int i = 0; i < options.passages(); i++) {
        first.add(query);
      }
    }
    NDArray logits =
        scores(scope, layers, layers.matrices(scope, rounding), first, passages)
            .reshape(examples.size(), options.passages());
    float[] targets = new float[examples.size() * options.passages()];
    for (int i = 0; i < examples.size(); i++) {
      System.arraycopy(
          examples.get(i).target(), 0, targets, i * options.passages(), options.passages());
    }
    return RelevanceLoss.loss(
        scope, logits, scope.create(targets, new Shape(examples.size(), options.passages())));
  }

  private NDArray scores(
      NDManager scope,
      JointLayers layers,
      JointLayers.Matrices matrices,
      List<Encoded> first,
      List<Encoded> second) {
    return new Pairs(first, second)
        .forward(
            scope,
            layers,
            matrices,
            lower.hidden(),
            (x, batch, pairs) -> head.forward(scope, x, batch));
  }

  @Override
  public Score evaluate(JointLayers layers, Asked asked) {
    return RerankerScore.of(heldOut, scores(layers, heldOut, asked));
  }

  /** The scores of each group's passages. */
  List<float[]> scores(JointLayers layers, List<Group> groups, Asked asked) {
    List<float[]> scores = new ArrayList<>();
    try (NDManager scope = layers.newScope()) {
      // Rounding all weights takes as long as the passages of a group.
      JointLayers.Matrices matrices = layers.matrices(scope, Rounding.WEIGHTS);
      for (Group group : groups) {
        List<String> texts = group.passages().stream().map(Passage::text).toList();
        scores.add(scores(layers, matrices, group.query(), texts));
        asked.of(scores.size(), groups.size());
      }
    }
    return scores;
  }

  /** The scores of passages for a query. */
  float[] scores(JointLayers layers, String text, List<String> texts, Rounding rounding) {
    try (NDManager scope = layers.newScope()) {
      return scores(layers, layers.matrices(scope, rounding), text, texts);
    }
  }

  private float[] scores(
      JointLayers layers, JointLayers.Matrices matrices, String text, List<String> texts) {
    try (NDManager scope = layers.newScope()) {
      Encoded query = lower.encode(List.of(text), options.queryTokens()).getFirst();
      List<Encoded> passages = lower.encode(texts, options.passageTokens());
      List<Encoded> first = passages.stream().map(each -> query).toList();
      return scores(scope, layers, matrices, first, passages).toFloatArray();
    }
  }
}
