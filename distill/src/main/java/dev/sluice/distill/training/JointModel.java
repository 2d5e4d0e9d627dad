package dev.sluice.distill.training;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.TokenVectors;
import dev.sluice.inference.quantize.Sha256Sums;
import dev.sluice.inference.safetensors.SafetensorsFile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a head is trained on: the layers that read two texts together, and the embedder whose lower
 * layers read each alone.
 *
 * @param pack the embedder's
 * @param start weights that the layers, and a head that is in it, start from
 * @param lower the layers that are not trained
 * @param layers those that are
 */
record JointModel(
    ModelPack pack, Torch torch, SafetensorsFile start, TokenVectors lower, JointLayers layers)
    implements AutoCloseable {
  private static final int LAYERS = 12;
  private static final int HEADS = 12;

  /**
   * Opens.
   *
   * @param base name or folder of the embedder's pack, with FP4 weights
   * @param start name or folder of a pack on that base to start from; if empty, the base
   * @param first the first layer that reads both texts, from 0
   * @param gate what the gates start with, where the start has none
   */
  static JointModel open(String base, Optional<String> start, int first, float gate, long seed) {
    ModelPack pack = ModelPacks.locate(base);
    Optional<ModelPack> from = start.map(ModelPacks::locate);
    from.ifPresent(each -> requireBase(each, pack));
    from.ifPresent(each -> requireJointFrom(each, first));
    Torch torch = Torch.open();
    SafetensorsFile file = SafetensorsFile.open(from.orElse(pack).model());
    TokenVectors lower =
        TokenVectors.open(base, OptionalInt.of(first), Runtime.getRuntime().availableProcessors());
    JointLayers layers = JointLayers.of(torch, file, first, LAYERS, HEADS, gate, seed);
    JointModel model = new JointModel(pack, torch, file, lower, layers);
    model.startWithKnown(layers.parameters().stream().filter(JointLayers::isGate).toList());
    return model;
  }

  /** Sets those parameters that the start has. */
  void startWithKnown(List<Parameter> parameters) {
    ParameterFile.readKnown(start, parameters);
  }

  private static void requireBase(ModelPack start, ModelPack base) {
    if (start.base().isEmpty()
        || !start.base().get().sha256().equals(Sha256Sums.of(base.model()))) {
      throw new InvalidInputException(
          start.folder()
              + ": expected a pack on "
              + base.folder()
              + ", found one "
              + start
                  .base()
                  .map(its -> "on " + its.name() + "; give --base " + its.name())
                  .orElse("that stands on none"));
    }
  }

  private static void requireJointFrom(ModelPack start, int first) {
    try (SafetensorsFile file = SafetensorsFile.open(start.model())) {
      if (!file.contains(JointLayers.gate(first)) || file.contains(JointLayers.gate(first - 1))) {
        throw new InvalidInputException(
            start.folder()
                + ": expected a pack whose layers read both texts from layer "
                + first
                + " on, counted from 0, as those of 'sluice distill reranker' and"
                + " 'sluice distill reader' do");
      }
    }
  }

  @Override
  public void close() {
    lower.close();
    start.close();
    torch.close();
  }
}
