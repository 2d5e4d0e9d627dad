package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.Table.Column;
import dev.sluice.inference.CacheFolder;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.hub.HubName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    description = "Lists the models that are known by name, and what the cache holds.",
    footerHeading = "%nExamples:%n",
    footer = {"  sluice model list", "  sluice model list --json"})
final class ModelListCommand implements Callable<Integer> {
  private final Terminal terminal;

  @SuppressWarnings("UnusedVariable") // for its options alone
  @Mixin
  private CommonOptions common;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  ModelListCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** A folder of the cache with the bytes of its files. */
  private record Cached(Path folder, long bytes) {
    /** What other commands know it by: pulled models have a name, others are folders. */
    Optional<String> name() {
      return HubName.ofPackFolder(folder).map(HubName::toString);
    }
  }

  @Override
  public Integer call() throws IOException {
    List<Cached> cached = cached();
    terminal.out().print(json ? Json.line(json(cached)) + "\n" : table(cached));
    return ExitCode.DONE;
  }

  private static List<Cached> cached() throws IOException {
    Path models = CacheFolder.locate().resolve("models");
    if (!Files.isDirectory(models)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(models)) {
      // What starts with a point is being unpacked.
      List<Path> packs =
          folders
              .filter(Files::isDirectory)
              .filter(folder -> !folder.getFileName().toString().startsWith("."))
              .sorted()
              .toList();
      return packs.stream().map(folder -> new Cached(folder, PackFiles.bytes(folder))).toList();
    }
  }

  private static ObjectNode json(List<Cached> cached) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    ArrayNode known = node.putArray("known");
    ModelPacks.knownNames().forEach(known::add);
    ArrayNode folders = node.putArray("cached");
    for (Cached each : cached) {
      folders
          .addObject()
          .put("name", each.name().orElse(null))
          .put("folder", each.folder().toString())
          .put("bytes", each.bytes());
    }
    return node;
  }

  private static String table(List<Cached> cached) {
    Table table = new Table(Column.words("model"), Column.numbers("size"), Column.words("where"));
    ModelPacks.knownNames().forEach(name -> table.row(name, "", "known by this name"));
    for (Cached each : cached) {
      table.row(
          each.name().orElse(each.folder().getFileName().toString()),
          ByteSize.show(each.bytes()),
          each.folder().toString());
    }
    return table.render();
  }
}
