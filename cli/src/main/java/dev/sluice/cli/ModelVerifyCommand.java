package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.error.DamagedException;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import dev.sluice.inference.GoldenFile;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.PairScorer;
import dev.sluice.inference.PairScorers;
import dev.sluice.inference.SpanReader;
import dev.sluice.inference.SpanReaders;
import dev.sluice.inference.quantize.Sha256Sums;
import dev.sluice.inference.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = {
      "Checks a model pack: its files against SHA256SUMS, its tensors against their checksums, and"
          + " what it says of the texts of golden.json.",
      "If the pack has a base, its network is checked, too: against the SHA-256 in"
          + " sluice-model.json, and its tensors against their checksums.",
      "Ends with exit code 3 when something does not fit."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  sluice model verify bge-base-fp4", "  sluice model verify bge-base-fp4 --json"})
final class ModelVerifyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @SuppressWarnings("UnusedVariable") // for its options alone
  @Mixin
  private CommonOptions common;

  @Parameters(paramLabel = "MODEL", description = "Known name, or folder of a pack.")
  private String model;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  ModelVerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ModelPack pack = ModelPacks.locate(model);
    int files = files(pack);
    int tensors = tensors(pack);
    int golden = golden(pack);
    if (json) {
      ObjectNode node = Json.MAPPER.createObjectNode();
      node.put("name", pack.name());
      node.put("folder", pack.folder().toString());
      node.put("files", files);
      node.put("tensors", tensors);
      node.put("golden_texts", golden);
      terminal.out().println(Json.line(node));
    } else {
      terminal
          .out()
          .printf(
              "%s is whole: %s, %s, %s%n",
              pack.folder(),
              checked(files, "files", "without " + Sha256Sums.NAME),
              checked(tensors, "tensors", "without checksums of tensors"),
              checked(golden, "golden texts", "without " + GoldenFile.NAME));
    }
    return ExitCode.DONE;
  }

  private static String checked(int count, String what, String without) {
    return count > 0 ? count + " " + what : without;
  }

  private static int files(ModelPack pack) {
    return Files.isRegularFile(pack.folder().resolve(Sha256Sums.NAME))
        ? Sha256Sums.check(pack.folder()).size()
        : 0;
  }

  private static int tensors(ModelPack pack) {
    if (pack.format() == ModelPack.Format.ONNX) {
      return 0;
    }
    return verify(pack.model()) + pack.base().map(base -> verify(base.model())).orElse(0);
  }

  private static int verify(Path model) {
    try (SafetensorsFile file = SafetensorsFile.open(model)) {
      return (int) file.names().stream().filter(file::verify).count();
    }
  }

  private int golden(ModelPack pack) {
    ModelPack.Kind kind = pack.kind().orElse(ModelPack.Kind.EMBEDDER);
    Optional<GoldenFile> golden = GoldenFile.read(pack.folder(), kind);
    if (golden.isEmpty()) {
      return 0;
    }
    if (!agrees(golden.get())) {
      throw new DamagedException(
          pack.folder()
              + " does not say what "
              + GoldenFile.NAME
              + " asks for. Fetch or quantise the model again.");
    }
    return golden.get().items().size();
  }

  private boolean agrees(GoldenFile golden) {
    return switch (golden.kind()) {
      case EMBEDDER -> {
        try (Embedder embedder = Embedders.open(model)) {
          yield golden.agrees(texts -> embedder.embedPassages(texts)[0]);
        }
      }
      case CROSS_ENCODER -> {
        try (PairScorer scorer = PairScorers.open(model)) {
          yield golden.agrees(texts -> scorer.score(texts.get(0), List.of(texts.get(1))));
        }
      }
      case READER -> {
        try (SpanReader reader = SpanReaders.open(model)) {
          yield golden.agrees(
              texts -> reader.read(texts.get(0), List.of(texts.get(1))).getFirst().numbers());
        }
      }
    };
  }
}
