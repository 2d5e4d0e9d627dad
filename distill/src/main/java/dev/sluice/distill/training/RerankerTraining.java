package dev.sluice.distill.training;

import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.GroupFile;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.TokenVectors;
import dev.sluice.inference.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Trains a reranker on top of the lower layers of an embedder. */
public final class RerankerTraining {
  private static final int LAYERS = 12;
  private static final int HEADS = 12;

  private RerankerTraining() {}

  /**
   * Trains, or goes on with a training that was stopped.
   *
   * @param base name or folder of the embedder's pack, with FP4 weights
   * @param training a file of groups, in random order
   * @param heldOut groups that decide which parameters are kept
   */
  public static void run(
      String base,
      Path training,
      List<Group> heldOut,
      RerankerOptions options,
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
      RelevanceHead head = new RelevanceHead(torch, lower.hidden());
      RerankerObjective objective =
          new RerankerObjective(options, lower, head, () -> open(training), heldOut);
      String run = options + " " + training.getFileName() + " " + plan.steps();
      new Training<>(torch, layers, objective, plan, run, listener).run();
    }
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
