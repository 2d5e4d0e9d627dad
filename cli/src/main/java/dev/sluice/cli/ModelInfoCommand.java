package dev.sluice.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.Table.Column;
import dev.sluice.error.DamagedException;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "info",
    description = "Shows what a model pack is for, its sizes and its precisions.",
    footerHeading = "%nExamples:%n",
    footer = {"  sluice model info bge-small", "  sluice model info bge-base-fp4 --json"})
final class ModelInfoCommand implements Callable<Integer> {
  private final Terminal terminal;

  @SuppressWarnings("UnusedVariable") // for its options alone
  @Mixin
  private CommonOptions common;

  @Parameters(paramLabel = "MODEL", description = "Known name, or folder of a pack.")
  private String model;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  ModelInfoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    ModelPack pack = ModelPacks.locate(model);
    ObjectNode info = info(pack);
    terminal.out().print(json ? Json.line(info) + "\n" : table(info));
    return ExitCode.DONE;
  }

  private static ObjectNode info(ModelPack pack) throws IOException {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("name", pack.name());
    node.put("folder", pack.folder().toString());
    node.put("network", pack.format().file());
    node.put("kind", pack.kind().map(ModelPack.Kind::toString).orElse(null));
    node.put("pooling", pack.pooling().toString());
    node.put("query_instruction", pack.queryInstruction());
    node.put("max_tokens", pack.maxTokens());
    pack.calibration()
        .ifPresent(
            calibration ->
                node.put("calibration_scale", calibration.scale())
                    .put("calibration_shift", calibration.shift()));
    pack.base()
        .ifPresent(
            base -> node.put("base", base.name()).put("base_folder", base.folder().toString()));
    if (Files.isRegularFile(pack.config())) {
      node.set("config", config(pack.config()));
    }
    if (pack.format() != ModelPack.Format.ONNX) {
      ObjectNode precisions = node.putObject("precision_bytes");
      precisions(pack).forEach(precisions::put);
    }
    ObjectNode files = node.putObject("files");
    PackFiles.sizes(pack.folder()).forEach(files::put);
    return node;
  }

  private static JsonNode config(Path file) throws IOException {
    try {
      return Json.MAPPER.readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw new DamagedException(file + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Bytes of the tensors by type; two codes of four bits are one byte of U8. */
  private static SequencedMap<String, Long> precisions(ModelPack pack) {
    SequencedMap<String, Long> bytes = new TreeMap<>();
    try (SafetensorsFile tensors = SafetensorsFile.open(pack.model())) {
      for (String name : tensors.names()) {
        String type = tensors.tensor(name).type().toString();
        if (pack.format() == ModelPack.Format.TOKEN_VECTORS && type.equals("U8")) {
          type = "INT4";
        } else if (name.endsWith(".weight_packed")) {
          type = "FP4";
        }
        bytes.merge(type, tensors.tensor(name).data().byteSize(), Long::sum);
      }
    }
    return bytes;
  }

  private static String table(ObjectNode info) {
    Table table = new Table(Column.words(""), Column.words(""));
    info.properties()
        .forEach(
            field -> {
              switch (field.getKey()) {
                case "config" -> config(table, field.getValue());
                case "precision_bytes", "files" ->
                    field
                        .getValue()
                        .properties()
                        .forEach(
                            each ->
                                table.row(each.getKey(), ByteSize.show(each.getValue().asLong())));
                default -> {
                  if (!field.getValue().asText("").isEmpty()) {
                    table.row(field.getKey().replace('_', ' '), field.getValue().asText());
                  }
                }
              }
            });
    return table.render();
  }

  private static void config(Table table, JsonNode config) {
    for (String field :
        new String[] {
          "num_hidden_layers",
          "hidden_size",
          "num_attention_heads",
          "intermediate_size",
          "vocab_size"
        }) {
      table.row(field.replace('_', ' '), config.path(field).asText());
    }
    JsonNode segmentLayers = config.path("sluice_segments").path("segment_layers");
    if (!segmentLayers.isMissingNode()) {
      table.row("layers that read segments apart", segmentLayers.asText());
    }
    JsonNode format = config.path("quantization_config").path("format");
    if (format.isTextual()) {
      table.row("weights", format.asText());
    }
  }
}
