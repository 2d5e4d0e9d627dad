package dev.sluice.bench;

import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPack.Pooling;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.device.DeviceProfile;
import dev.sluice.inference.device.DeviceProfiles;
import dev.sluice.inference.network.Network;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.network.Sequence;
import java.nio.file.Path;
import java.util.List;

/** This engine with a pack, as a user gets it on this machine. */
final class Engine implements AutoCloseable {
  private final String name;
  private final Pooling pooling;
  private final String layout;
  private final Network network;

  private Engine(String name, Pooling pooling, String layout, Network network) {
    this.name = name;
    this.pooling = pooling;
    this.layout = layout;
    this.network = network;
  }

  /** Computes all tokens of the last layer, whichever of them the model's vectors come from. */
  static Engine ofAllTokens(Path pack, int threads) {
    return open(Names.OURS, pack, Pooling.MEAN, Output.MEAN_VECTOR, threads);
  }

  /** Computes the first token of each sequence alone in the last layer. */
  static Engine ofFirstTokens(Path pack, int threads) {
    return open(Names.OURS_FIRST_TOKEN, pack, Pooling.CLS, Output.FIRST_VECTOR, threads);
  }

  private static Engine open(
      String name, Path folder, Pooling pooling, Output output, int threads) {
    ModelPack pack = ModelPacks.locate(folder.toString());
    DeviceProfile profile = DeviceProfiles.choose(pack, threads).used();
    return new Engine(
        name,
        pooling,
        "chunks of " + profile.batchTokens() + " tokens, " + profile.kernel(),
        DeviceProfiles.open(pack, output, profile));
  }

  Contender contender(Workload workload) {
    return new Run(
        workload.sequences().stream().map(ids -> new Sequence(ids, ids.length, 0)).toList());
  }

  private final class Run implements Contender {
    private final List<Sequence> sequences;

    Run(List<Sequence> sequences) {
      this.sequences = sequences;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String layout() {
      return layout;
    }

    @Override
    public void run() {
      network.run(sequences);
    }

    @Override
    public Pooling pooling() {
      return pooling;
    }

    @Override
    public float[][] vectors() {
      float[][] vectors = network.run(sequences);
      for (float[] vector : vectors) {
        Pooled.normalize(vector);
      }
      return vectors;
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
