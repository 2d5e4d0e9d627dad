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
  /** Changes with the way of measuring: what was measured in another is measured again. */
  static final String VERSION = "warm";

  /** Lengths in tokens: a query, a sentence, a passage, a long one, the most that BERT reads. */
  private static final List<Integer> LENGTHS = List.of(16, 64, 128, 256, 512);

  /** Of each length, per profile: the whole takes seconds. */
  private static final long NANOS_PER_LENGTH = 250_000_000;

  /** The plain Java kernels are not worth waiting for at lengths where they need longer. */
  private static final double LONGEST_SECONDS = 0.5;

  /**
   * Kernels in Java are compiled while they run. They are warm when for that long, and for that
   * many runs, none has been much quicker than those before it.
   */
  private static final long NANOS_STEADY = 4_000_000_000L;

  private static final int RUNS_STEADY = 8;
  private static final double MUCH_QUICKER = 0.8;
  private static final long NANOS_WARM_UP = 20_000_000_000L;

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
      double tokensPerSecond = tokensPerSecond(network, profile.profile());
      for (int length : LENGTHS) {
        if (length <= pack.maxTokens() && length / tokensPerSecond < LONGEST_SECONDS) {
          speeds.put(length, sequencesPerSecond(network, profile, length, tokensPerSecond));
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

  /** A first impression, from short sequences, which also warm up. */
  private static double tokensPerSecond(Network network, Profile profile) {
    boolean inJava = profile == Profile.CPU_VECTOR || profile == Profile.CPU_SCALAR;
    long steady = inJava ? NANOS_STEADY : 0;
    List<Sequence> one = sequences(LENGTHS.getFirst(), 1);
    long started = System.nanoTime();
    long steadySince = started;
    long least = Long.MAX_VALUE;
    int steadyRuns = 0;
    long now = started;
    while ((steadyRuns < RUNS_STEADY || now - steadySince < steady)
        && now - started < NANOS_WARM_UP) {
      network.run(one);
      long took = System.nanoTime() - now;
      now += took;
      steadyRuns++;
      if (took < MUCH_QUICKER * least) {
        steadySince = now;
        steadyRuns = 0;
      }
      least = Math.min(least, took);
    }
    return LENGTHS.getFirst() / (least / 1e9);
  }

  private static double sequencesPerSecond(
      Network network, DeviceProfile profile, int length, double tokensPerSecond) {
    int full = Math.max(1, profile.batchTokens() / length) * profile.workers();
    int atOnce = full * length / tokensPerSecond < LONGEST_SECONDS ? full : 1;
    List<Sequence> sequences = sequences(length, atOnce);
    network.run(sequences); // warms up
    long started = System.nanoTime();
    int passes = 0;
    do {
      network.run(sequences);
      passes++;
    } while (System.nanoTime() - started < NANOS_PER_LENGTH);
    return passes * (double) atOnce / ((System.nanoTime() - started) / 1e9);
  }

  private static List<Sequence> sequences(int length, int count) {
    int[] ids = new int[length];
    Arrays.fill(ids, SOME_TOKEN);
    return Collections.nCopies(count, new Sequence(ids, length, 0));
  }
}
