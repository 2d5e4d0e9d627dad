package dev.sluice.inference.quantize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.GoldenFile;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPackFile;
import dev.sluice.inference.safetensors.DType;
import dev.sluice.inference.safetensors.Fp4Tensors;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import dev.sluice.inference.weights.ModelWeights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A pack that is being written: a folder beside the one it will be, which it becomes once all files
 * are there.
 */
final class QuantizedPack implements AutoCloseable {
  private static final String WORDS = "embeddings.word_embeddings";
  private static final String POSITIONS = "embeddings.position_embeddings.weight";

  private final Path target;
  private final Path unfinished;

  private QuantizedPack(Path target, Path unfinished) {
    this.target = target;
    this.unfinished = unfinished;
  }

  /**
   * Starts a pack.
   *
   * @throws InvalidInputException if the target is there and may not be replaced, or is no pack
   */
  static QuantizedPack begin(Path target, boolean overwrite) {
    checkTarget(target, overwrite);
    try {
      Path parent = target.toAbsolutePath().normalize().getParent();
      Files.createDirectories(parent);
      // A temporary folder of the library's making could be read by its owner alone.
      return new QuantizedPack(target, Files.createDirectory(beside(parent, target, "unfinished")));
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  private static Path beside(Path parent, Path target, String what) {
    return parent.resolve("." + target.getFileName() + "." + what + "-" + UUID.randomUUID());
  }

  /** Says at once what would otherwise be said after minutes. */
  static void checkTarget(Path target, boolean overwrite) {
    if (!Files.exists(target)) {
      return;
    }
    if (!overwrite) {
      throw new InvalidInputException(
          target + " is there already. Choose another folder for the pack, or give --force.");
    }
    if (!Files.isDirectory(target) || !isPackOrEmpty(target)) {
      throw new InvalidInputException(
          target
              + " is not a model pack, so it is not replaced. Choose another folder for the pack.");
    }
  }

  private static boolean isPackOrEmpty(Path folder) {
    try (Stream<Path> inside = Files.list(folder)) {
      return Files.isRegularFile(folder.resolve(ModelPackFile.NAME)) || inside.findAny().isEmpty();
    } catch (IOException e) {
      throw new ResourceException("Cannot list " + folder + ": " + e, e);
    }
  }

  private static ResourceException cannotWrite(Path target, IOException e) {
    return new ResourceException(
        "Cannot write the pack " + target + ": " + e + ". Free space there or choose another.", e);
  }

  /** Writes {@code model.safetensors} and returns its size in bytes. */
  long weights(ModelWeights source, RoundedMatrix words, List<Rounded> linears) {
    Path file = unfinished.resolve(ModelPack.Format.FP4.file());
    SafetensorsWriter writer = new SafetensorsWriter(file);
    writer.metadata("format", "pt");
    try (Arena arena = Arena.ofConfined()) {
      Fp4Tensors.write(writer, WORDS, words.packed(arena));
      for (Rounded each : linears) {
        Fp4Tensors.write(writer, each.linear().name(), each.matrix().packed(arena));
        writer.add(
            each.linear().name() + ".bias",
            List.of((long) each.linear().outputs()),
            each.linear().bias());
      }
      List<String> written =
          Stream.concat(
                  Stream.of(WORDS + ".weight"),
                  linears.stream()
                      .map(each -> each.linear().name())
                      .flatMap(name -> Stream.of(name + ".weight", name + ".bias")))
              .toList();
      source.names().stream()
          .filter(name -> !written.contains(name))
          .sorted()
          .forEach(name -> copy(writer, source, name));
      writer.write();
      return Files.size(file);
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  /** What is not rounded to FP4 stays fp32, but for the position embeddings, the largest of it. */
  private static void copy(SafetensorsWriter writer, ModelWeights source, String name) {
    List<Long> shape = source.shape(name).stream().map(Integer::longValue).toList();
    float[] values = source.floats(name);
    if (!name.equals(POSITIONS)) {
      writer.add(name, shape, values);
      return;
    }
    writer.add(name, DType.F16, shape, halves(values));
  }

  private static MemorySegment halves(float[] values) {
    MemorySegment halves = MemorySegment.ofArray(new byte[values.length * Short.BYTES]);
    ValueLayout.OfShort layout =
        ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      halves.set(layout, (long) i * Short.BYTES, Float.floatToFloat16(values[i]));
    }
    return halves;
  }

  void config(String json) {
    text("config.json", json);
  }

  void description(ModelPack pack) {
    ModelPackFile.write(pack, unfinished);
  }

  void golden(GoldenFile golden) {
    golden.write(unfinished);
  }

  /** Copies the tokenizer, and the licence, notices and origin where the source has them. */
  void copyFrom(Path source) {
    try (Stream<Path> inside = Files.list(source)) {
      for (Path file : inside.filter(QuantizedPack::isCopied).toList()) {
        Files.copy(file, unfinished.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  private static boolean isCopied(Path file) {
    String name = file.getFileName().toString().toUpperCase(Locale.ROOT);
    return Files.isRegularFile(file)
        && (name.equals("TOKENIZER.JSON")
            || name.equals("SOURCE.JSON")
            || name.startsWith("LICENSE")
            || name.startsWith("LICENCE")
            || name.startsWith("NOTICE"));
  }

  void report(QuantizationReport report) {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    try {
      text(
          "quantization.json",
          JsonMapper.builder().build().writer(printer).writeValueAsString(report) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A card that says what is known; what is not, such as the licence, is left to its maker. */
  void card(ModelPack pack, QuantizationReport report, String command) {
    StringBuilder card = new StringBuilder();
    card.append("# ").append(pack.name()).append("\n\n");
    card.append(
        String.format(
            Locale.ROOT,
            "%s with %s weights, made of %s (SHA-256 %s).%n%n",
            pack.kind().map(ModelPack.Kind::toString).orElse("model"),
            report.format(),
            report.source(),
            report.sourceSha256()));
    if (!command.isEmpty()) {
      card.append("    ").append(command).append("\n\n");
    }
    card.append(
        String.format(
            Locale.ROOT,
            """
            | | |
            |---|---|
            | calibrated with | %s, %,d texts of %,d tokens |
            | cosine to fp32 on %,d other texts | mean %.4f, 5th percentile %.4f, least %.4f |
            | size | %.1f MB, of %.1f MB |

            `quantization.json` has the error of each tensor, `golden.json` texts with what the model must say of them.

            ## Licence

            That of the source model and of the calibration texts: name both here before you pass the pack on.
            """,
            report.calibration(),
            report.calibrationTexts(),
            report.calibrationTokens(),
            report.heldOut().texts(),
            report.heldOut().meanCosine(),
            report.heldOut().fifthPercentile(),
            report.heldOut().leastCosine(),
            report.bytes() / 1e6,
            report.sourceBytes() / 1e6));
    text("README.md", card.toString());
  }

  private void text(String file, String content) {
    try {
      Files.writeString(unfinished.resolve(file), content);
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  /** Writes the checksums and gives the folder its name; a folder of that name is replaced. */
  void publish() {
    Sha256Sums.write(unfinished);
    try {
      if (Files.exists(target)) {
        Path old =
            Files.createTempDirectory(unfinished.getParent(), "." + target.getFileName() + ".old-");
        Files.move(target, old.resolve("pack"), StandardCopyOption.ATOMIC_MOVE);
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        delete(old);
      } else {
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  /** Removes the folder if it was not published. */
  @Override
  public void close() {
    if (Files.exists(unfinished)) {
      try {
        delete(unfinished);
      } catch (IOException e) {
        throw new ResourceException("Cannot remove " + unfinished + ": " + e, e);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> inside;
    try (Stream<Path> walk = Files.walk(folder)) {
      inside = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : inside) {
      Files.deleteIfExists(path);
    }
  }
}
