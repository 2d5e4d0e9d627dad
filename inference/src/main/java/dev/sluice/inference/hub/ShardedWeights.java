package dev.sluice.inference.hub;

import dev.sluice.error.DamagedException;
import dev.sluice.inference.safetensors.SafetensorsFile;
import dev.sluice.inference.safetensors.SafetensorsTensor;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes one safetensors file of the several that a large model comes in. */
final class ShardedWeights {
  private ShardedWeights() {}

  /**
   * Writes all tensors into one file.
   *
   * @throws DamagedException if a file is damaged, or two have a tensor of the same name
   */
  static void join(List<Path> shards, Path target) {
    SafetensorsWriter writer = new SafetensorsWriter(target);
    writer.metadata("format", "pt");
    Set<String> names = new HashSet<>();
    List<SafetensorsFile> open = new ArrayList<>();
    try {
      for (Path shard : shards) {
        SafetensorsFile file = SafetensorsFile.open(shard);
        open.add(file);
        for (String name : file.names()) {
          if (!names.add(name)) {
            throw new DamagedException(
                "%s has the tensor \"%s\", which another file of the model has, too. Pull another revision."
                    .formatted(shard, name));
          }
          SafetensorsTensor tensor = file.tensor(name);
          writer.add(name, tensor.type(), tensor.shape(), tensor.data());
        }
      }
      writer.write();
    } finally {
      open.forEach(SafetensorsFile::close);
    }
  }
}
