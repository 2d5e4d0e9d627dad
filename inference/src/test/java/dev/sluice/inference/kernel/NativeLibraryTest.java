package dev.sluice.inference.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.kernel.NativeLibrary.Level;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
  @TempDir Path cache;

  private static void assumeLibrary() {
    NativeLibrary library = NativeLibrary.ofThisMachine();
    Assumptions.assumeTrue(library.isPresent(), "skipped: " + library.problem());
  }

  @Test
  void opensOnLinuxAndStartsItsLevelsWithTheBaseline() {
    assumeLibrary();
    Level first = NativeLibrary.ofThisMachine().levels().getFirst();
    assertEquals(new Level(0, "baseline", true), first);
    assertTrue(NativeKernels.problem().isEmpty());
  }

  @Test
  void saysWhyThereIsNoneOnOtherSystems() {
    NativeLibrary library = NativeLibrary.open("Mac OS X", "aarch64", cache);
    assertFalse(library.isPresent());
    assertTrue(library.levels().isEmpty());
    assertTrue(library.problem().contains("Mac OS X on aarch64"), library.problem());
  }

  @Test
  void saysWhyThereIsNoneOnOtherProcessors() {
    NativeLibrary library = NativeLibrary.open("Linux", "riscv64", cache);
    assertTrue(library.problem().contains("Linux on riscv64"), library.problem());
  }

  @Test
  void saysWhyTheLibraryOfAnotherProcessorCannotBeOpened() {
    assumeLibrary();
    String other = System.getProperty("os.arch").equals("amd64") ? "aarch64" : "amd64";
    NativeLibrary library = NativeLibrary.open("Linux", other, cache);
    assertTrue(library.problem().contains("cannot be opened"), library.problem());
  }

  @Test
  void saysThatTheCacheFolderCannotBeWritten() throws Exception {
    assumeLibrary();
    Path file = Files.writeString(cache.resolve("file"), "in the way");
    NativeLibrary library =
        NativeLibrary.open("Linux", System.getProperty("os.arch"), file.resolve("cache"));
    assertTrue(library.problem().contains("SLUICE_CACHE"), library.problem());
  }

  @Test
  void refusesALevelThatTheMachineLacks() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class, () -> NativeKernels.at("sparc", Arithmetic.FOLDED));
    assertTrue(e.getMessage().contains("sparc"), e.getMessage());
  }

  @Test
  void everyAvailableLevelCanBeForced() {
    for (String level : NativeKernels.available()) {
      assertEquals("native-" + level, NativeKernels.at(level, Arithmetic.BLOCK).name());
    }
  }

  @Test
  void refusesRowsThatDoNotFit() {
    assumeLibrary();
    try (Arena arena = Arena.ofConfined()) {
      Activations small = Activations.allocate(arena, 1, 32);
      NativeKernels kernels = NativeKernels.at("baseline", Arithmetic.FOLDED);
      assertThrows(
          IllegalArgumentException.class,
          () ->
              kernels.attention(
                  arena.allocate(12 * 2 * 32),
                  arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_INT, 0, 2),
                  1,
                  false,
                  1,
                  32,
                  small,
                  arena.allocate(1 << 16, 64)));
    }
  }
}
