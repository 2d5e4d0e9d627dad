package dev.sluice.bench;

import dev.sluice.error.ResourceException;
import dev.sluice.inference.CacheFolder;
import dev.sluice.inference.ModelPack.Pooling;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;

/** A model that both sides run, as its publisher ships it for ONNX Runtime. */
enum PeerModel {
  MINILM_L6("minilm-l6", "all-minilm-l6-v2", Pooling.MEAN, 6),
  BGE_SMALL("bge-small", "bge-small-en-v1.5", Pooling.CLS, 12);

  private static final int HIDDEN = 384;
  private static final int INTERMEDIATE = 1536;
  private static final int HEADS = 12;

  private final String id;
  private final String resource;
  private final Pooling pooling;
  private final int layers;

  PeerModel(String id, String resource, Pooling pooling, int layers) {
    this.id = id;
    this.resource = resource;
    this.pooling = pooling;
    this.layers = layers;
  }

  /** What the command line and the report call it. */
  String id() {
    return id;
  }

  Pooling pooling() {
    return pooling;
  }

  int layers() {
    return layers;
  }

  int hidden() {
    return HIDDEN;
  }

  int intermediate() {
    return INTERMEDIATE;
  }

  int heads() {
    return HEADS;
  }

  /** Multiplications and additions of the linear layers for one token, each counted as one. */
  double linearOperationsPerToken() {
    return 2.0 * layers * (4 * HIDDEN * HIDDEN + 2 * HIDDEN * INTERMEDIATE);
  }

  static List<String> ids() {
    return Arrays.stream(values()).map(PeerModel::id).toList();
  }

  /** The network in fp32. */
  Path fp32() {
    return unpacked(resource + ".onnx");
  }

  /** The network with int8 weights that its publisher made. */
  Path int8() {
    return unpacked(resource + "-q.onnx");
  }

  Path tokenizer() {
    return unpacked(resource + "-tokenizer.json");
  }

  /** Where files that this benchmark makes of the model are kept. */
  static Path folder() {
    try {
      return Files.createDirectories(CacheFolder.locate().resolve("bench"));
    } catch (IOException e) {
      throw new ResourceException(
          "Cannot make a folder in "
              + CacheFolder.locate()
              + ": "
              + e
              + ". Choose another cache"
              + " folder with SLUICE_CACHE.",
          e);
    }
  }

  /** A file of the class path as a file of the cache: ONNX Runtime opens files by name. */
  private static Path unpacked(String name) {
    URL source = PeerModel.class.getClassLoader().getResource(name);
    if (source == null) {
      throw new IllegalStateException(
          name + " is not on the class path: start through bench/inference, which brings it.");
    }
    Path file = folder().resolve(name);
    try {
      if (Files.exists(file)
          && Files.size(file) == source.openConnection().getContentLengthLong()) {
        return file;
      }
      Path unfinished = Files.createTempFile(folder(), name, ".unfinished");
      try (InputStream in = source.openStream()) {
        Files.copy(in, unfinished, StandardCopyOption.REPLACE_EXISTING);
      }
      return Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ResourceException("Cannot unpack " + name + " to " + file + ": " + e, e);
    }
  }
}
