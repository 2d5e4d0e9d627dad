package dev.sluice.inference.device;

import dev.sluice.inference.ModelPack;
import dev.sluice.inference.network.Network;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.network.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Measures how many sequences a second each profile of this machine manages with a model. */
public final class ProfileMeasurement {
  /** Lengths in tokens: a query, a sentence, a passage, a long one, the most that BERT reads. */
  private static final List<Integer> LENGTHS = List.of(16, 64, 128, 256, 512);

  /** Of each length, per profile: the whole takes seconds. */
  private static final long NANOS_PER_LENGTH = 250_000_000;

  /** A word of every BERT vocabulary; speed does not depend on which words are read. */
  private static final int SOME_TOKEN = 1000;

  private ProfileMeasurement() {}

  /** The lengths that are measured, in tokens. */
  public static List<Integer> lengths() {
    return LENGTHS;
  }

  /**
   * Measures every profile that this machine can run, and keeps the result for {@link
   * DeviceProfiles#choose}.
   *
   * @param listener told each profile that has been measured
   */
  public static void measure(ModelPack pack, int threads, Consumer<Profile> listener) {
    Output output = pack.output(pack.kind().orElse(ModelPack.Kind.EMBEDDER));
    List<DeviceProfile> measured = new ArrayList<>();
    for (Profile profile : Profile.of(pack.format())) {
      if (DeviceProfiles.problem(profile).isEmpty()) {
        measured.add(
            measure(pack, output, DeviceProfiles.unmeasured(profile, Optional.empty(), threads)));
        listener.accept(profile);
      }
    }
    MeasuredProfiles.of(pack, threads).write(measured);
  }

  private static DeviceProfile measure(ModelPack pack, Output output, DeviceProfile profile) {
    try (Network network = DeviceProfiles.open(pack, output, profile)) {
      SortedMap<Integer, Double> speeds = new TreeMap<>();
      for (int length : LENGTHS) {
        if (length <= pack.maxTokens()) {
          speeds.put(length, sequencesPerSecond(network, profile, length));
        }
      }
      return new DeviceProfile(
          profile.profile(),
          profile.precision(),
          profile.kernel(),
          profile.workers(),
          profile.batchTokens(),
          network.memoryBytes().orElse(0),
          speeds);
    }
  }

  private static double sequencesPerSecond(Network network, DeviceProfile profile, int length) {
    int[] ids = new int[length];
    Arrays.fill(ids, SOME_TOKEN);
    int atOnce = Math.max(1, profile.batchTokens() / length) * profile.workers();
    List<Sequence> sequences = Collections.nCopies(atOnce, new Sequence(ids, length, 0));
    long first = System.nanoTime();
    network.run(sequences); // warms up
    boolean slow = System.nanoTime() - first > 4 * NANOS_PER_LENGTH;
    if (slow) {
      return atOnce / ((System.nanoTime() - first) / 1e9);
    }
    long started = System.nanoTime();
    int passes = 0;
    do {
      network.run(sequences);
      passes++;
    } while (System.nanoTime() - started < NANOS_PER_LENGTH);
    return passes * (double) atOnce / ((System.nanoTime() - started) / 1e9);
  }
}
