package dev.sluice.distill.training;

import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.ReaderExample;
import dev.sluice.distill.data.ReaderExamples;
import dev.sluice.inference.GoldenFile;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.ScoreCalibration;
import dev.sluice.inference.TokenVectors;
import dev.sluice.inference.quantize.GoldenTexts;
import dev.sluice.inference.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** Trains a reader on top of the lower layers of an embedder. */
public final class ReaderTraining {
  private static final int LAYERS = 12;
  private static final int HEADS = 12;
  private static final int EVALUATED = 400;

  private static final int MAX_TOKENS = 384;

  /** The engine's limit for questions of models that read two segments. */
  private static final int QUESTION_TOKENS = 64;

  private ReaderTraining() {}

  /**
   * Trains, or goes on with a training that was stopped.
   *
   * @param base name or folder of the embedder's pack, with FP4 weights
   */
  public static void run(
      String base,
      ReaderExamples examples,
      ReaderOptions options,
      TrainingPlan plan,
      TrainingListener listener) {
    try (Model model = Model.open(base, options)) {
      listener.note("PyTorch on " + model.torch().device());
      String run = options + " " + examples.training().size() + " examples " + plan.steps();
      new Training<>(
              model.torch(),
              model.layers(),
              model.objective(options, examples),
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
    try (Model model = Model.open(base, options)) {
      List<Parameter> parameters = new ArrayList<>(model.layers().parameters());
      parameters.addAll(model.head().parameters());
      ParameterFile.read(work.resolve(Training.BEST), parameters);
      ReaderObjective objective = model.objective(options, examples);
      // What the engine says of the golden texts, it says of them uncut.
      ReaderObjective uncut =
          model.objective(
              options.withTokens(QUESTION_TOKENS, MAX_TOKENS - QUESTION_TOKENS), examples);
      List<GoldenFile.Item> golden = new ArrayList<>();
      for (List<String> pair : GoldenTexts.of(ModelPack.Kind.READER)) {
        ReaderExample example = new ReaderExample("golden", pair.get(0), pair.get(1), List.of());
        float[] said =
            uncut.read(model.layers(), List.of(example), Rounding.ENGINE).getFirst().numbers();
        golden.add(new GoldenFile.Item(pair, said));
      }
      String measures = objective.evaluate(model.layers()).text();
      Optional<ScoreCalibration> calibration =
          ReaderCalibration.fit(
              groups,
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

  /** What is trained and what it stands on. */
  private record Model(
      ModelPack pack,
      Torch torch,
      SafetensorsFile file,
      TokenVectors lower,
      JointLayers layers,
      SpanHead head)
      implements AutoCloseable {

    static Model open(String base, ReaderOptions options) {
      ModelPack pack = ModelPacks.locate(base);
      int first = options.firstJointLayer();
      int threads = Runtime.getRuntime().availableProcessors();
      Torch torch = Torch.open();
      SafetensorsFile file = SafetensorsFile.open(pack.model());
      TokenVectors lower = TokenVectors.open(base, OptionalInt.of(first), threads);
      JointLayers layers =
          JointLayers.of(torch, file, first, LAYERS, HEADS, options.gate(), options.seed());
      SpanHead head = new SpanHead(torch, lower.hidden(), options.seed());
      return new Model(pack, torch, file, lower, layers, head);
    }

    ReaderObjective objective(ReaderOptions options, ReaderExamples examples) {
      return new ReaderObjective(
          options,
          lower,
          head,
          examples.training(),
          examples.heldOut().stream().limit(EVALUATED).toList());
    }

    @Override
    public void close() {
      lower.close();
      file.close();
      torch.close();
    }
  }
}
