package dev.sluice.inference.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.kernel.KernelSet;
import dev.sluice.inference.kernel.Kernels;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.network.Sequence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenVectorsTest {
  private static final EncoderShape THREE_LAYERS =
      new EncoderShape(3, 64, 4, 64, 100, 40, 2, 1e-12f);

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @TempDir private Path folder;

  private Encoder open(Output output, OptionalInt layers, Kernels kernels) {
    return Encoder.open(
        new EncoderFiles(
            folder.resolve("config.json"), folder.resolve("model.safetensors"), Optional.empty()),
        output,
        layers,
        new EncoderOptions(List.of(kernels), 1, 64, Duration.ofDays(1), new KernelHealth()));
  }

  private float[][] run(Output output, OptionalInt layers, Kernels kernels, List<Sequence> some) {
    try (Encoder encoder = open(output, layers, kernels)) {
      return encoder.run(some);
    }
  }

  private List<Sequence> sequences(int... lengths) {
    return Arrays.stream(lengths)
        .mapToObj(length -> new Sequence(random.ints(length, 0, 100).toArray(), length, 0))
        .toList();
  }

  @Test
  void allVectorsAreGivenOfWhichTheFirstIsTheVectorOfTheFirstToken() throws IOException {
    TinyEncoder.of(seed).write(folder);
    List<Sequence> some = sequences(1, 2, 33);
    for (Kernels kernels : KernelSet.runnable()) {
      float[][] all = run(Output.TOKEN_VECTORS, OptionalInt.empty(), kernels, some);
      float[][] first = run(Output.FIRST_VECTOR, OptionalInt.empty(), kernels, some);
      for (int i = 0; i < some.size(); i++) {
        assertEquals(64 * some.get(i).length(), all[i].length);
        assertArrayEquals(first[i], Arrays.copyOf(all[i], 64), kernels.name() + ", seed " + seed);
      }
    }
  }

  @Test
  void firstLayersAloneAreTheModelThatHasNoOthers() throws IOException {
    List<Sequence> some = sequences(1, 20);
    for (Kernels kernels : KernelSet.runnable()) {
      for (int layers = 1; layers <= 3; layers++) {
        TinyEncoder.of(seed).with(THREE_LAYERS).write(folder);
        float[][] early = run(Output.TOKEN_VECTORS, OptionalInt.of(layers), kernels, some);
        String small = "\"num_hidden_layers\": " + layers;
        TinyEncoder.of(seed)
            .with(THREE_LAYERS)
            .write(folder, config -> config.replace("\"num_hidden_layers\": 3", small));
        float[][] whole = run(Output.TOKEN_VECTORS, OptionalInt.empty(), kernels, some);
        for (int i = 0; i < some.size(); i++) {
          assertArrayEquals(whole[i], early[i], kernels.name() + ", seed " + seed);
        }
      }
    }
  }

  @Test
  void layersThatTheModelLacksAreRefused() throws IOException {
    TinyEncoder.of(seed).write(folder);
    Kernels kernels = KernelSet.runnable().getFirst();
    for (int layers : new int[] {0, 3}) {
      InvalidInputException refused =
          assertThrows(
              InvalidInputException.class,
              () -> open(Output.TOKEN_VECTORS, OptionalInt.of(layers), kernels));
      assertTrue(refused.getMessage().contains("1 to 2 layers"), refused.getMessage());
    }
  }
}
