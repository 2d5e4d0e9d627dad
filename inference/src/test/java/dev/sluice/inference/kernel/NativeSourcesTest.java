package dev.sluice.inference.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The libraries among the resources against the C sources that they are built from. */
class NativeSourcesTest {
  private static final Path SOURCES =
      Path.of(System.getProperty("sluice.root"), "inference", "src", "main", "c");
  private static final Path TEST_SOURCES = SOURCES.resolve("../../test/c").normalize();
  private static final Pattern HASH = Pattern.compile("sluice-sources-sha256:([0-9a-f]{64})");
  private static final Pattern COMPILER = Pattern.compile("sluice-compiler:([^\0]*)");

  @TempDir Path folder;

  private static byte[] library(String platform) throws IOException {
    String resource = NativeLibrary.resource(platform);
    try (InputStream in = NativeSourcesTest.class.getClassLoader().getResourceAsStream(resource)) {
      return in.readAllBytes();
    }
  }

  private static String find(Pattern pattern, byte[] library) {
    Matcher matcher = pattern.matcher(new String(library, ISO_8859_1));
    assertTrue(matcher.find(), "the library has no " + pattern);
    return matcher.group(1);
  }

  /** As the script {@code build} computes it. */
  private static String hashOfSources() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (Stream<Path> files = Files.list(SOURCES)) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("build|.*\\.[ch]"))
              .sorted()
              .toList();
      for (String name : names) {
        digest.update((name + "\n").getBytes(UTF_8));
        digest.update(Files.readAllBytes(SOURCES.resolve(name)));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-x86_64", "linux-aarch64"})
  void libraryIsBuiltFromTheSources(String platform) throws Exception {
    assertEquals(
        hashOfSources(),
        find(HASH, library(platform)),
        "The C sources have changed since the library for "
            + platform
            + " was built. Build it with `mvn -pl inference -Pnative generate-resources`, which"
            + " needs gcc and aarch64-linux-gnu-gcc, and commit it.");
  }

  @ParameterizedTest
  @CsvSource({"linux-x86_64, gcc", "linux-aarch64, aarch64-linux-gnu-gcc"})
  void theSameCompilerGivesTheSameBytes(String platform, String compiler) throws Exception {
    Assumptions.assumeTrue(
        Boolean.getBoolean("sluice.native.rebuild"),
        "skipped: takes long; asked for with -Dsluice.native.rebuild=true");
    assumeCommand(compiler);
    byte[] committed = library(platform);
    String expected = find(COMPILER, committed);
    String actual = run(compiler + " --version").lines().findFirst().orElse("");
    Assumptions.assumeTrue(
        expected.equals(actual), "skipped: built with " + expected + ", found " + actual);
    run("sh '" + SOURCES.resolve("build") + "' '" + folder + "' " + platform);
    byte[] built = Files.readAllBytes(folder.resolve(platform).resolve("libsluice.so"));
    assertEquals(
        HexFormat.of().formatHex(sha256(committed)), HexFormat.of().formatHex(sha256(built)));
  }

  private static byte[] sha256(byte[] bytes) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  @Test
  void levelsOfThisProcessorAgreeWithTheBaseline() throws Exception {
    assumeCommand("gcc");
    Assumptions.assumeTrue(
        NativeLibrary.ofThisMachine().isPresent() && System.getProperty("os.arch").equals("amd64"),
        "skipped: not an x86-64 Linux");
    assertEquals(NativeKernels.available(), compareLevels("linux-x86_64", "gcc", ""));
  }

  @Test
  void levelsOfAnEmulatedArmAgreeWithTheBaseline() throws Exception {
    assumeCommand("aarch64-linux-gnu-gcc");
    assumeCommand("qemu-aarch64");
    String emulator = "qemu-aarch64 -cpu max -L /usr/aarch64-linux-gnu ";
    assertEquals(
        List.of("baseline", "neon", "neondot"),
        compareLevels("linux-aarch64", "aarch64-linux-gnu-gcc", emulator));
  }

  /** What compare_levels.c prints: the levels that it compared. */
  private List<String> compareLevels(String platform, String compiler, String emulator)
      throws Exception {
    Path library = Files.write(folder.resolve("libsluice.so"), library(platform));
    Path program = folder.resolve("compare_levels");
    // The loader finds the library beside the program.
    run(
        "%s -O1 -Wall -Wextra -I'%s' '%s' '%s' -o '%s' -lm -Wl,-rpath,'%s'"
            .formatted(
                compiler,
                SOURCES,
                TEST_SOURCES.resolve("compare_levels.c"),
                library,
                program,
                folder));
    return run(emulator + "'" + program + "' 1").lines().toList();
  }

  private static void assumeCommand(String name) {
    boolean found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(entry -> Files.isExecutable(Path.of(entry, name)));
    Assumptions.assumeTrue(found, "skipped: no " + name);
  }

  /** Runs a command line and returns what it prints; fails with it if the command does. */
  private String run(String command) throws Exception {
    Process process =
        new ProcessBuilder(new ArrayList<>(List.of("sh", "-c", command)))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), command + "\n" + output);
    return output;
  }
}
