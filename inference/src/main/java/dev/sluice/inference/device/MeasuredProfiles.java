package dev.sluice.inference.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.CacheFolder;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.kernel.NativeKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What was measured of a model on this machine, kept as JSON in {@link CacheFolder} under {@code
 * devices}. The file's name stands for the processor, the number of threads, Java, the native
 * library, the model's file and the way of measuring, so that a change of any of them asks for a
 * new measurement.
 */
final class MeasuredProfiles {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Path file;

  private MeasuredProfiles(Path file) {
    this.file = file;
  }

  static MeasuredProfiles of(ModelPack pack, int threads) {
    Device cpu = Device.cpu();
    String key =
        String.join(
            "\n",
            cpu.name(),
            cpu.features().toString(),
            String.valueOf(threads),
            System.getProperty("java.vm.version"),
            NativeKernels.available().toString(),
            NativeKernels.version(),
            ProfileMeasurement.VERSION,
            pack.model().toAbsolutePath().normalize().toString(),
            stamp(pack.model()));
    return new MeasuredProfiles(
        CacheFolder.locate()
            .resolve("devices")
            .resolve(pack.name() + "-" + UUID.nameUUIDFromBytes(key.getBytes(UTF_8)) + ".json"));
  }

  private static String stamp(Path model) {
    try {
      return Files.size(model) + " " + Files.getLastModifiedTime(model);
    } catch (IOException e) {
      return "missing"; // opening it says so
    }
  }

  /** Empty where nothing was measured, or nothing that can be read: it can be measured again. */
  List<DeviceProfile> read() {
    if (!Files.isReadable(file)) {
      return List.of();
    }
    try {
      List<DeviceProfile> profiles = new ArrayList<>();
      for (JsonNode node : MAPPER.readTree(Files.readAllBytes(file)).path("profiles")) {
        profiles.add(profile(node));
      }
      return profiles;
    } catch (JacksonException | RuntimeException e) {
      return List.of();
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    }
  }

  private static DeviceProfile profile(JsonNode node) {
    SortedMap<Integer, Double> speeds = new TreeMap<>();
    node.path("sequencesPerSecond")
        .properties()
        .forEach(
            speed -> speeds.put(Integer.valueOf(speed.getKey()), speed.getValue().doubleValue()));
    return new DeviceProfile(
        Profile.named(node.path("profile").asText()),
        node.path("precision").asText(),
        node.path("kernel").asText(),
        node.path("workers").asInt(),
        node.path("batchTokens").asInt(),
        node.path("memoryBytes").asLong(),
        speeds);
  }

  /** Replaces what is kept. */
  void write(List<DeviceProfile> profiles) {
    ObjectNode root = MAPPER.createObjectNode();
    ArrayNode array = root.putArray("profiles");
    for (DeviceProfile profile : profiles) {
      ObjectNode node = array.addObject();
      node.put("profile", profile.profile().toString());
      node.put("precision", profile.precision());
      node.put("kernel", profile.kernel());
      node.put("workers", profile.workers());
      node.put("batchTokens", profile.batchTokens());
      node.put("memoryBytes", profile.memoryBytes());
      ObjectNode speeds = node.putObject("sequencesPerSecond");
      profile.sequencesPerSecond().forEach((length, speed) -> speeds.put(length + "", speed));
    }
    try {
      Files.createDirectories(file.getParent());
      Path unfinished = Files.createTempFile(file.getParent(), "unfinished-", ".json");
      Files.write(unfinished, MAPPER.writeValueAsBytes(root));
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new ResourceException(
          "Cannot keep what was measured in "
              + file
              + ": "
              + e
              + ". Free space there or choose another cache folder with SLUICE_CACHE.",
          e);
    }
  }
}
