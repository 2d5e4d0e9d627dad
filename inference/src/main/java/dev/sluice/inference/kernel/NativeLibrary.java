package dev.sluice.inference.kernel;

import dev.sluice.error.SluiceException;
import dev.sluice.inference.BundledFiles;
import dev.sluice.inference.CacheFolder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The library of {@code src/main/c}, which comes as a resource of the class path for Linux on
 * x86-64 and on 64-bit ARM with glibc, and is unpacked to the cache folder. Elsewhere there is
 * none, and a reason.
 */
final class NativeLibrary {
  private static final String FILE = "libsluice.so";
  private static final long LEVEL_NAME_BYTES = 16;
  private static final long LEVEL_BYTES = LEVEL_NAME_BYTES + Long.BYTES;
  private static final long MOST_LEVELS = 16;
  private static final long HASH_BYTES = 128;

  private static final NativeLibrary OPENED =
      open(System.getProperty("os.name"), System.getProperty("os.arch"), CacheFolder.locate());

  private final Optional<SymbolLookup> symbols;
  private final String problem;

  private NativeLibrary(Optional<SymbolLookup> symbols, String problem) {
    this.symbols = symbols;
    this.problem = problem;
  }

  /** The library of this machine, opened when first asked for and never closed. */
  static NativeLibrary ofThisMachine() {
    return OPENED;
  }

  static NativeLibrary open(String system, String processor, Path cache) {
    Optional<String> platform = platform(system, processor);
    if (platform.isEmpty()) {
      return absent(
          "there is no native library for "
              + system
              + " on "
              + processor
              + ", only for Linux on"
              + " x86-64 and aarch64");
    }
    String resource = resource(platform.get());
    try {
      Optional<BundledFiles> bundled =
          BundledFiles.find("kernels-" + platform.get(), Map.of(FILE, resource));
      if (bundled.isEmpty()) {
        return absent("the class path has no " + resource);
      }
      Path file = bundled.get().unpack(cache).resolve(FILE);
      return new NativeLibrary(Optional.of(SymbolLookup.libraryLookup(file, Arena.global())), "");
    } catch (IllegalArgumentException e) {
      // Without glibc, or where files of the cache folder may not be executed.
      return absent("the native library cannot be opened: " + e.getMessage());
    } catch (IllegalCallerException e) {
      return absent("native access is not enabled: " + e.getMessage());
    } catch (SluiceException e) {
      return absent(e.getMessage());
    }
  }

  private static NativeLibrary absent(String problem) {
    return new NativeLibrary(Optional.empty(), problem);
  }

  /** The name of the resource for a platform such as {@code linux-x86_64}. */
  static String resource(String platform) {
    return "dev/sluice/inference/kernel/" + platform + "/" + FILE;
  }

  private static Optional<String> platform(String system, String processor) {
    if (!system.toLowerCase(Locale.ROOT).equals("linux")) {
      return Optional.empty();
    }
    return switch (processor.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> Optional.of("linux-x86_64");
      case "aarch64", "arm64" -> Optional.of("linux-aarch64");
      default -> Optional.empty();
    };
  }

  boolean isPresent() {
    return symbols.isPresent();
  }

  /** Why there is none; empty if there is one. */
  String problem() {
    return problem;
  }

  /** What its sources were, as a hash; empty without a library. */
  String sources() {
    return isPresent() ? symbol("sluice_source_hash").reinterpret(HASH_BYTES).getString(0) : "";
  }

  /** The address of an exported function or variable. */
  MemorySegment symbol(String name) {
    return symbols.orElseThrow(() -> new IllegalStateException(problem)).findOrThrow(name);
  }

  /**
   * An instruction set of the library.
   *
   * @param number how the functions know it
   * @param supported whether this machine has it
   */
  record Level(int number, String name, boolean supported) {}

  /** All levels, slowest first; empty without a library. */
  List<Level> levels() {
    List<Level> levels = new ArrayList<>();
    if (isPresent()) {
      MemorySegment table = symbol("sluice_levels").reinterpret(MOST_LEVELS * LEVEL_BYTES);
      for (int i = 0; table.get(ValueLayout.JAVA_BYTE, i * LEVEL_BYTES) != 0; i++) {
        long supported = table.get(ValueLayout.JAVA_LONG, i * LEVEL_BYTES + LEVEL_NAME_BYTES);
        levels.add(new Level(i, table.getString(i * LEVEL_BYTES), supported != 0));
      }
    }
    return levels;
  }
}
