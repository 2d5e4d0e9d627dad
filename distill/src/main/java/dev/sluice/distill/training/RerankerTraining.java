package dev.sluice.distill.training;

import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.GroupFile;
import dev.sluice.inference.GoldenFile;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ScoreCalibration;
import dev.sluice.inference.quantize.GoldenTexts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Trains a reranker on top of the lower layers of an embedder. */
public final class RerankerTraining {
  private static final int MAX_TOKENS = 320;

  /** The engine's limit for queries of models that read two segments. */
  private static final int QUERY_TOKENS = 64;

  private RerankerTraining() {}

  /**
   * Trains, or goes on with a training that was stopped.
   *
   * @param base name or folder of the embedder's pack, with FP4 weights
   * @param start name or folder of a reranker on that base to start from; if empty, layers start as
   *     the base's and the head untrained
   * @param training a file of groups, in random order
   * @param heldOut groups that decide which parameters are kept
   */
  public static void run(
      String base,
      Optional<String> start,
      Path training,
      List<Group> heldOut,
      RerankerOptions options,
      TrainingPlan plan,
      TrainingListener listener) {
    try (JointModel model = open(base, start, options)) {
      listener.note("PyTorch on " + model.torch().device());
      RerankerObjective objective =
          new RerankerObjective(options, model.lower(), head(model), () -> open(training), heldOut);
      String run =
          options
              + " "
              + training.getFileName()
              + " "
              + plan.steps()
              + start.map(" "::concat).orElse("");
      new Training<>(model.torch(), model.layers(), objective, plan, run, listener).run();
    }
  }

  /**
   * Writes the best parameters of a training as a model pack.
   *
   * @param work the training's work folder
   * @param heldOut what probabilities are fitted to
   * @param name the pack's name
   * @param card makes the card, in Markdown, of the measures on what is held out
   * @return how good it is on what is held out
   */
  public static String writePack(
      String base,
      Path work,
      List<Group> heldOut,
      RerankerOptions options,
      Path out,
      String name,
      UnaryOperator<String> card) {
    try (JointModel model = open(base, Optional.empty(), options)) {
      RelevanceHead head = head(model);
      List<Parameter> parameters = new ArrayList<>(model.layers().parameters());
      parameters.addAll(head.parameters());
      ParameterFile.read(work.resolve(Training.BEST), parameters);
      RerankerObjective objective =
          new RerankerObjective(options, model.lower(), head, RerankerTraining::none, heldOut);
      List<float[]> scores = objective.scores(model.layers(), heldOut, (done, total) -> {});
      String measures = RerankerScore.of(heldOut, scores).text();
      // What the engine says of the golden texts, it says of them uncut.
      RerankerObjective uncut =
          new RerankerObjective(
              options.withTokens(QUERY_TOKENS, MAX_TOKENS - QUERY_TOKENS),
              model.lower(),
              head,
              RerankerTraining::none,
              heldOut);
      List<GoldenFile.Item> golden = new ArrayList<>();
      for (List<String> pair : GoldenTexts.of(ModelPack.Kind.CROSS_ENCODER)) {
        float[] said =
            uncut.scores(model.layers(), pair.get(0), List.of(pair.get(1)), Rounding.ENGINE);
        golden.add(new GoldenFile.Item(pair, said));
      }
      new JointPack(name, ModelPack.Kind.CROSS_ENCODER, model.pack(), base, MAX_TOKENS)
          .write(
              out,
              model.layers(),
              parameters,
              Optional.of(calibration(heldOut, scores)),
              golden,
              card.apply(measures));
      return measures;
    }
  }

  private static ScoreCalibration calibration(List<Group> groups, List<float[]> scores) {
    List<Double> relevant = new ArrayList<>();
    List<Double> others = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      for (int j = 0; j < scores.get(i).length; j++) {
        boolean isRelevant = groups.get(i).passages().get(j).relevance() > 0;
        (isRelevant ? relevant : others).add((double) scores.get(i)[j]);
      }
    }
    return PlattScaling.fit(
        relevant.stream().mapToDouble(Double::doubleValue).toArray(),
        others.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static JointModel open(String base, Optional<String> start, RerankerOptions options) {
    return JointModel.open(base, start, options.firstJointLayer(), options.gate(), options.seed());
  }

  private static RelevanceHead head(JointModel model) {
    RelevanceHead head = new RelevanceHead(model.torch(), model.lower().hidden());
    model.startWithKnown(head.parameters());
    return head;
  }

  private static RerankerObjective.GroupStream none() {
    return new RerankerObjective.GroupStream() {
      @Override
      public Optional<Group> next() {
        return Optional.empty();
      }

      @Override
      public void close() {}
    };
  }

  private static RerankerObjective.GroupStream open(Path file) {
    GroupFile groups = GroupFile.open(file);
    return new RerankerObjective.GroupStream() {
      @Override
      public Optional<Group> next() {
        return groups.next();
      }

      @Override
      public void close() {
        groups.close();
      }
    };
  }
}
