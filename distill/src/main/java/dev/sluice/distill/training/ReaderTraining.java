package dev.sluice.distill.training;

import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.ReaderExample;
import dev.sluice.distill.data.ReaderExamples;
import dev.sluice.inference.GoldenFile;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ScoreCalibration;
import dev.sluice.inference.quantize.GoldenTexts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Trains a reader on top of the lower layers of an embedder. */
public final class ReaderTraining {
  private static final int EVALUATED = 400;

  private static final int MAX_TOKENS = 384;

  /** The engine's limit for questions of models that read two segments. */
  private static final int QUESTION_TOKENS = 64;

  private ReaderTraining() {}

  /**
   * Trains, or goes on with a training that was stopped.
   *
   * @param base name or folder of the embedder's pack, with FP4 weights
   * @param start name or folder of a reader on that base to start from; if empty, layers start as
   *     the base's and the head untrained
   */
  public static void run(
      String base,
      Optional<String> start,
      ReaderExamples examples,
      ReaderOptions options,
      TrainingPlan plan,
      TrainingListener listener) {
    try (JointModel model = open(base, start, options)) {
      listener.note("PyTorch on " + model.torch().device());
      String run =
          options
              + " "
              + examples.training().size()
              + " examples "
              + plan.steps()
              + start.map(" "::concat).orElse("");
      new Training<>(
              model.torch(),
              model.layers(),
              objective(model, head(model, options), options, examples),
              plan,
              run,
              listener)
          .run();
    }
  }

  /**
   * Writes the best parameters of a training as a model pack.
   *
   * @param work the training's work folder
   * @param groups held-out questions with passages, which probabilities are fitted to
   * @param name the pack's name
   * @param card makes the card, in Markdown, of the measures on what is held out
   * @return how good it is on what is held out
   */
  public static String writePack(
      String base,
      Path work,
      ReaderExamples examples,
      List<Group> groups,
      ReaderOptions options,
      Path out,
      String name,
      UnaryOperator<String> card) {
    try (JointModel model = open(base, Optional.empty(), options)) {
      SpanHead head = head(model, options);
      List<Parameter> parameters = new ArrayList<>(model.layers().parameters());
      parameters.addAll(head.parameters());
      ParameterFile.read(work.resolve(Training.BEST), parameters);
      ReaderObjective objective = objective(model, head, options, examples);
      // What the engine says of the golden texts, it says of them uncut.
      ReaderObjective uncut =
          objective(
              model,
              head,
              options.withTokens(QUESTION_TOKENS, MAX_TOKENS - QUESTION_TOKENS),
              examples);
      List<GoldenFile.Item> golden = new ArrayList<>();
      for (List<String> pair : GoldenTexts.of(ModelPack.Kind.READER)) {
        ReaderExample example = new ReaderExample("golden", pair.get(0), pair.get(1), List.of());
        float[] said =
            uncut.read(model.layers(), List.of(example), Rounding.ENGINE).getFirst().numbers();
        golden.add(new GoldenFile.Item(pair, said));
      }
      String measures = objective.evaluate(model.layers(), (done, total) -> {}).text();
      Optional<ScoreCalibration> calibration =
          ReaderCalibration.fit(
              groups,
              examples::accepted,
              (question, passages) ->
                  objective.read(
                      model.layers(),
                      passages.stream()
                          .map(each -> new ReaderExample("held out", question, each, List.of()))
                          .toList(),
                      Rounding.WEIGHTS));
      new JointPack(name, ModelPack.Kind.READER, model.pack(), base, MAX_TOKENS)
          .write(out, model.layers(), parameters, calibration, golden, card.apply(measures));
      return measures;
    }
  }

  private static JointModel open(String base, Optional<String> start, ReaderOptions options) {
    return JointModel.open(base, start, options.firstJointLayer(), options.gate(), options.seed());
  }

  private static SpanHead head(JointModel model, ReaderOptions options) {
    SpanHead head = new SpanHead(model.torch(), model.lower().hidden(), options.seed());
    model.startWithKnown(head.parameters());
    return head;
  }

  private static ReaderObjective objective(
      JointModel model, SpanHead head, ReaderOptions options, ReaderExamples examples) {
    return new ReaderObjective(
        options,
        model.lower(),
        head,
        examples.training(),
        examples.heldOut().stream().limit(EVALUATED).toList());
  }
}
