package dev.sluice.inference.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sluice.error.DamagedException;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files end in a message that names the file, or are good files still. The properties
 * {@code sluice.fuzz.cases} and {@code sluice.fuzz.seed} say how many are tried and which; the case
 * of a failure is the seed that repeats it alone.
 */
class SafetensorsFuzzTest {
  private static final int CASES = Integer.getInteger("sluice.fuzz.cases", 4000);
  private static final long SEED = Long.getLong("sluice.fuzz.seed", 1);
  private static final Set<DType> FLOATS = Set.of(DType.F64, DType.F32, DType.F16, DType.BF16);

  @TempDir Path folder;

  @Test
  void everyDamagedFileIsReadWholeOrRefusedByName() throws IOException {
    HostileFiles files = HostileFiles.around(folder);
    TreeMap<String, Integer> outcomes = new TreeMap<>();
    for (long seed = SEED; seed < SEED + CASES; seed++) {
      byte[] file = files.next(new Random(seed));
      try {
        outcomes.merge(outcome(file), 1, Integer::sum);
      } catch (RuntimeException | Error e) {
        fail("sluice.fuzz.seed=%d sluice.fuzz.cases=1: %s".formatted(seed, e), e);
      }
    }
    if (CASES >= 1000) {
      assertEquals(
          Set.of("refused", "refused matrix", "refused tensor", "whole"), outcomes.keySet());
    }
  }

  /** What became of a file; whatever is thrown from here should not have been. */
  private static String outcome(byte[] bytes) {
    SafetensorsFile file;
    try {
      file = SafetensorsFile.of(SafetensorsBytes.NAME, MemorySegment.ofArray(bytes));
    } catch (SluiceException e) {
      named(e);
      return "refused";
    }
    String outcome = "whole";
    for (String name : file.names()) {
      if (refusesTensor(file, name)) {
        outcome = "refused tensor";
      }
    }
    for (String prefix : HostileFiles.MATRICES) {
      if (Fp4Tensors.contains(file, prefix) && refusesMatrix(file, prefix)) {
        outcome = "refused matrix";
      }
    }
    return outcome;
  }

  private static boolean refusesTensor(SafetensorsFile file, String name) {
    SafetensorsTensor tensor = file.tensor(name);
    assertEquals(tensor.elements() * tensor.type().bytes(), tensor.data().byteSize());
    if (FLOATS.contains(tensor.type())) {
      assertEquals(tensor.elements(), tensor.toFloats().length);
    }
    try {
      file.verify(name);
      return false;
    } catch (SluiceException e) {
      named(e, name);
      return true;
    }
  }

  private static boolean refusesMatrix(SafetensorsFile file, String prefix) {
    try {
      var matrix = Fp4Tensors.read(file, prefix);
      for (int row = 0; row < matrix.rows(); row++) {
        for (float value : matrix.row(row)) {
          assertTrue(Float.isFinite(value), "a value is " + value);
        }
      }
      return false;
    } catch (SluiceException e) {
      named(e, prefix + ".weight_");
      return true;
    }
  }

  private static void named(SluiceException thrown, String... tensor) {
    String message = thrown.getMessage();
    assertTrue(message.contains(SafetensorsBytes.NAME.toString()), message);
    for (String name : tensor) {
      assertTrue(message.contains("tensor \"" + name), message);
    }
  }

  @Test
  void everyCutOfAGoodFileIsRefused() throws IOException {
    byte[] good = HostileFiles.around(folder).good();
    for (int length = 0; length < good.length; length++) {
      MemorySegment cut = MemorySegment.ofArray(good).asSlice(0, length);
      SluiceException thrown =
          assertThrows(
              DamagedException.class, () -> SafetensorsFile.of(SafetensorsBytes.NAME, cut));
      named(thrown);
    }
  }

  @Test
  void everyScaleByteGivesFiniteValuesOrIsRefused() throws IOException {
    HostileFiles files = HostileFiles.around(folder);
    for (int scale = 0; scale < 256; scale++) {
      byte[] bytes = files.good();
      SafetensorsFile file =
          SafetensorsFile.of(SafetensorsBytes.NAME, MemorySegment.ofArray(bytes));
      for (String prefix : HostileFiles.MATRICES) {
        MemorySegment scales = file.tensor(prefix + ".weight_scale").data();
        long at = scales.address() - MemorySegment.ofArray(bytes).address();
        bytes[(int) (at + scales.byteSize() - 1)] = (byte) scale;
        boolean usable = prefix.equals("nv") ? scale < 0x7f : scale <= 252;
        assertEquals(!usable, refusesMatrix(file, prefix), prefix + " " + scale);
      }
    }
  }

  @Test
  void theFileBeforeItsDamageIsWhole() throws IOException {
    assertEquals("whole", outcome(HostileFiles.around(folder).good()));
  }
}
