package dev.sluice.distill.training;

import dev.sluice.distill.data.ReaderExamples;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.TokenVectors;
import dev.sluice.inference.safetensors.SafetensorsFile;
import java.util.OptionalInt;

/** Trains a reader on top of the lower layers of an embedder. */
public final class ReaderTraining {
  private static final int LAYERS = 12;
  private static final int HEADS = 12;
  private static final int EVALUATED = 400;

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
    ModelPack pack = ModelPacks.locate(base);
    try (Torch torch = Torch.open();
        SafetensorsFile file = SafetensorsFile.open(pack.model());
        TokenVectors lower =
            TokenVectors.open(
                base,
                OptionalInt.of(options.firstJointLayer()),
                Runtime.getRuntime().availableProcessors())) {
      listener.note("PyTorch on " + torch.device());
      JointLayers layers =
          JointLayers.of(
              torch, file, options.firstJointLayer(), LAYERS, HEADS, options.gate(), options.seed());
      SpanHead head = new SpanHead(torch, lower.hidden(), options.seed());
      ReaderObjective objective =
          new ReaderObjective(
              options,
              lower,
              head,
              examples.training(),
              examples.heldOut().stream().limit(EVALUATED).toList());
      String run = options + " " + examples.training().size() + " examples " + plan.steps();
      new Training<>(torch, layers, objective, plan, run, listener).run();
    }
  }
}
