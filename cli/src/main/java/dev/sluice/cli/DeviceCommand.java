package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.Table.Column;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.device.Device;
import dev.sluice.inference.device.DeviceChoice;
import dev.sluice.inference.device.DeviceProfile;
import dev.sluice.inference.device.DeviceProfiles;
import dev.sluice.inference.device.ProfileMeasurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "device",
    description = {
      "Shows what this machine has for running models, which way is used and why, and how many"
          + " sequences (texts, or pairs of query and passage) a second each way manages.",
      "What was measured once per model is kept in the cache folder, and decides which way is used."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice device",
      "  sluice device --model my-reranker/ --measure",
      "  sluice device --json"
    })
final class DeviceCommand implements Callable<Integer> {
  private static final String NOT_MEASURED = "-";

  private final Terminal terminal;

  @Mixin private CommonOptions common;

  @Option(
      names = "--model",
      paramLabel = "PACK",
      defaultValue = ModelPacks.BGE_SMALL,
      description = "A model's name or folder (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--measure", description = "Measure again, which takes seconds.")
  private boolean measure;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  DeviceCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ModelPack pack = ModelPacks.locate(model);
    int threads = Runtime.getRuntime().availableProcessors();
    DeviceChoice choice = DeviceProfiles.choose(pack, threads);
    if (measure || choice.used().sequencesPerSecond().isEmpty()) {
      try (ProgressLine progress = new ProgressLine(terminal, common.debug())) {
        long usable =
            1 + choice.alternatives().stream().filter(other -> other.problem().isEmpty()).count();
        progress.begin("measuring", "profiles", OptionalLong.of(usable));
        ProfileMeasurement.measure(pack, threads, profile -> progress.advance(1));
      }
      choice = DeviceProfiles.choose(pack, threads);
    }
    terminal.out().print(json ? Json.line(json(pack, choice)) + "\n" : text(pack, choice));
    return ExitCode.DONE;
  }

  private static ObjectNode json(ModelPack pack, DeviceChoice choice) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    ArrayNode devices = root.putArray("devices");
    for (Device device : Device.all()) {
      ObjectNode node = devices.addObject();
      node.put("kind", device.kind().toString().toLowerCase(Locale.ROOT));
      node.put("name", device.name());
      node.put("cores", device.cores());
      node.put("memory_bytes", device.memoryBytes());
      device.features().forEach(node.putArray("features")::add);
    }
    root.put("model", pack.name());
    root.put("used", choice.used().profile().toString());
    root.put("reason", choice.reason());
    ArrayNode profiles = root.putArray("profiles");
    profiles.add(json(choice.used(), ""));
    choice.alternatives().forEach(other -> profiles.add(json(other.profile(), other.problem())));
    return root;
  }

  private static ObjectNode json(DeviceProfile profile, String problem) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("profile", profile.profile().toString());
    node.put("usable", problem.isEmpty());
    if (!problem.isEmpty()) {
      node.put("problem", problem);
      return node;
    }
    node.put("precision", profile.precision());
    node.put("kernel", profile.kernel());
    node.put("workers", profile.workers());
    node.put("batch_tokens", profile.batchTokens());
    if (profile.memoryBytes() > 0) {
      node.put("memory_bytes", profile.memoryBytes());
    }
    ObjectNode speeds = node.putObject("sequences_per_second");
    profile.sequencesPerSecond().forEach((length, speed) -> speeds.put(length + "", speed));
    return node;
  }

  private static String text(ModelPack pack, DeviceChoice choice) {
    StringBuilder text = new StringBuilder();
    for (Device device : Device.all()) {
      text.append(device(device)).append('\n');
    }
    text.append("model   ").append(pack.name()).append('\n');
    text.append("used    ").append(choice.used().profile());
    text.append(": ").append(choice.reason()).append("\n\n");
    text.append("Sequences per second by their length in tokens:\n");
    Table table = new Table(columns());
    row(table, choice.used(), "");
    choice.alternatives().forEach(other -> row(table, other.profile(), other.problem()));
    text.append(table.render());
    for (DeviceChoice.Alternative other : choice.alternatives()) {
      if (!other.problem().isEmpty()) {
        text.append(other.profile().profile()).append(": ").append(other.problem()).append('\n');
      }
    }
    return text.toString();
  }

  private static String device(Device device) {
    StringBuilder line = new StringBuilder("device  ").append(device.name());
    if (device.cores() > 0) {
      line.append(", ").append(device.cores()).append(" cores");
    }
    if (device.memoryBytes() > 0) {
      line.append(", ").append(ByteSize.show(device.memoryBytes()));
    }
    if (!device.features().isEmpty()) {
      line.append(" (").append(String.join(", ", device.features())).append(')');
    }
    return line.toString();
  }

  private static Column[] columns() {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.words("profile"));
    columns.add(Column.words("kernel"));
    ProfileMeasurement.lengths().forEach(length -> columns.add(Column.numbers(length + "")));
    columns.add(Column.numbers("memory"));
    return columns.toArray(Column[]::new);
  }

  private static void row(Table table, DeviceProfile profile, String problem) {
    List<String> cells = new ArrayList<>();
    cells.add(profile.profile().toString());
    cells.add(problem.isEmpty() ? profile.kernel() : "not usable");
    for (int length : ProfileMeasurement.lengths()) {
      Double speed = profile.sequencesPerSecond().get(length);
      cells.add(speed == null ? NOT_MEASURED : speed(speed));
    }
    cells.add(profile.memoryBytes() > 0 ? ByteSize.show(profile.memoryBytes()) : NOT_MEASURED);
    table.row(cells.toArray(String[]::new));
  }

  private static String speed(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%,.0f", perSecond);
  }
}
