package dev.sluice.inference;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.quantize.Sha256Sums;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds the packs that other packs have tensors of. */
final class BasePacks {
  private BasePacks() {}

  /**
   * The base of a pack: the pack of a known name, or the folder of that name beside the pack's.
   *
   * @param folder of the pack that has the base
   * @param sha256 of the base's {@code model.safetensors}
   * @throws InvalidInputException if there is none
   * @throws DamagedException if there are only others
   */
  static ModelPack.Base find(Path folder, String name, String sha256) {
    List<Path> candidates = candidates(folder, name);
    List<String> others = new ArrayList<>();
    for (Path candidate : candidates) {
      ModelPack.Base base = new ModelPack.Base(name, sha256, candidate);
      String found = Sha256Sums.of(base.model());
      if (found.equals(sha256)) {
        return base;
      }
      others.add(base.model() + " has " + found);
    }
    if (candidates.isEmpty()) {
      throw new InvalidInputException(
          "The model "
              + folder
              + " needs its base \""
              + name
              + "\", which is neither a known name ("
              + String.join(", ", ModelPacks.knownNames())
              + ") nor a folder with model.safetensors beside it. Put the base's folder at "
              + beside(folder, name)
              + ".");
    }
    throw new DamagedException(
        "The model %s needs the base \"%s\" whose model.safetensors has the SHA-256 %s, but %s. Put the base that it was made with at %s, or fetch or make the model again."
            .formatted(folder, name, sha256, String.join(" and ", others), beside(folder, name)));
  }

  private static List<Path> candidates(Path folder, String name) {
    List<Path> candidates = new ArrayList<>();
    Path beside = beside(folder, name);
    if (Files.isRegularFile(beside.resolve(ModelPack.Format.FP4.file()))) {
      candidates.add(beside);
    }
    if (ModelPacks.knownNames().contains(name)) {
      candidates.add(ModelPacks.locate(name).folder());
    }
    return candidates;
  }

  private static Path beside(Path folder, String name) {
    return folder.toAbsolutePath().normalize().resolveSibling(name);
  }
}
