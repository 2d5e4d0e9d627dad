package dev.sluice.inference.encoder;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.SluiceException;
import dev.sluice.inference.kernel.Arithmetic;
import dev.sluice.inference.kernel.KernelSet;
import dev.sluice.inference.kernel.LinearWeights;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.safetensors.SafetensorsFile;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderFilesTest {
  private final long seed = new Random().nextLong();

  @TempDir private Path folder;

  private void open(Output output) {
    Encoder.open(
            folder.resolve("config.json"),
            folder.resolve("model.safetensors"),
            output,
            new EncoderOptions(
                List.of(KernelSet.scalar(Arithmetic.FOLDED)),
                LinearWeights::pack,
                1,
                64,
                Duration.ofDays(1),
                new KernelHealth()))
        .close();
  }

  private <E extends SluiceException> void refused(Class<E> kind, String... parts) {
    refused(kind, Output.FIRST_VECTOR, parts);
  }

  private <E extends SluiceException> void refused(Class<E> kind, Output output, String... parts) {
    E e = assertThrows(kind, () -> open(output));
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), part + ": " + e.getMessage());
    }
  }

  private void writeWithConfig(String from, String to) throws IOException {
    TinyEncoder.of(seed)
        .write(
            folder,
            config -> {
              assertTrue(config.contains(from), config);
              return config.replace(from, to);
            });
  }

  /** Writes a model and then its tensors again, but for one. */
  private void writeReplacing(String name, Consumer<SafetensorsWriter> instead) throws IOException {
    TinyEncoder.of(seed).write(folder);
    Path file = folder.resolve("model.safetensors");
    Path changed = folder.resolve("changed.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter(changed);
    try (SafetensorsFile old = SafetensorsFile.open(file)) {
      assertTrue(old.contains(name), name);
      for (String other : old.names()) {
        if (!other.equals(name)) {
          var tensor = old.tensor(other);
          writer.add(other, tensor.type(), tensor.shape(), tensor.data());
        }
      }
      instead.accept(writer);
      writer.write();
    }
    Files.delete(file);
    Files.move(changed, file);
  }

  @Test
  void otherKindsOfModelsAreRefused() throws IOException {
    String[][] wrong = {
      {"\"model_type\": \"bert\"", "\"model_type\": \"xlm-roberta\"", "model_type", "xlm-roberta"},
      {"\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\"", "hidden_act", "relu"},
      {
        "\"hidden_act\"",
        "\"position_embedding_type\": \"relative_key\", \"hidden_act\"",
        "position_embedding_type",
        "relative_key"
      },
      {"nvfp4-pack-quantized", "int-quantized", "quantization_config", "int-quantized"},
    };
    for (String[] change : wrong) {
      writeWithConfig(change[0], change[1]);
      refused(InvalidInputException.class, "config.json", change[2], change[3]);
    }
  }

  @Test
  void sizesThatAreNoneAreRefused() throws IOException {
    String[][] wrong = {
      {"\"num_hidden_layers\": 2", "\"num_hidden_layers\": 0", "num_hidden_layers"},
      {"\"hidden_size\": 64", "\"hidden_size\": \"64\"", "hidden_size"},
      {"\"num_attention_heads\": 4", "\"num_attention_heads\": 5", "num_attention_heads"},
      {"\"layer_norm_eps\": ", "\"layer_norm_epsilon\": ", "layer_norm_eps"},
      {"{\"model_type\"", "\"model_type\"", "JSON"},
    };
    for (String[] change : wrong) {
      writeWithConfig(change[0], change[1]);
      Class<? extends SluiceException> kind =
          change[2].equals("JSON") ? SluiceException.class : DamagedException.class;
      refused(kind, "config.json", change[2].equals("JSON") ? "" : change[2]);
    }
  }

  @Test
  void weightsThatAreNotQuantizedAreRefusedWithTheCommandThatQuantizesThem() throws IOException {
    writeWithConfig("quantization_config", "other");
    refused(InvalidInputException.class, "quantise it first", "sluice model quantize " + folder);
    writeReplacing(
        "encoder.layer.1.output.dense.weight_packed",
        writer ->
            writer.add(
                "encoder.layer.1.output.dense.weight", List.of(64L, 128L), new float[64 * 128]));
    refused(InvalidInputException.class, "quantise it first");
  }

  @Test
  void missingTensorIsNamed() throws IOException {
    for (String name :
        List.of(
            "embeddings.LayerNorm.bias",
            "embeddings.word_embeddings.weight_scale",
            "encoder.layer.1.attention.self.key.weight_packed",
            "encoder.layer.0.intermediate.dense.bias")) {
      writeReplacing(name, writer -> {});
      refused(DamagedException.class, "model.safetensors", name);
    }
  }

  @Test
  void tensorsOfOtherSizesThanTheConfigSaysAreNamed() throws IOException {
    String[][] wrong = {
      {"\"vocab_size\": 100", "\"vocab_size\": 101", "word_embeddings", "101", "100"},
      {
        "\"max_position_embeddings\": 512",
        "\"max_position_embeddings\": 256",
        "position_embeddings",
        "256",
        "512"
      },
      {"\"intermediate_size\": 128", "\"intermediate_size\": 64", "intermediate", "64", "128"},
      {"\"type_vocab_size\": 2", "\"type_vocab_size\": 1", "token_type_embeddings", "1", "2"},
    };
    for (String[] change : wrong) {
      writeWithConfig(change[0], change[1]);
      refused(DamagedException.class, "model.safetensors", change[2], change[3], change[4]);
    }
    writeReplacing(
        "encoder.layer.0.attention.output.LayerNorm.weight",
        writer ->
            writer.add(
                "encoder.layer.0.attention.output.LayerNorm.weight", List.of(65L), new float[65]));
    refused(DamagedException.class, "attention.output.LayerNorm.weight", "64", "65");
  }

  @Test
  void missingLayerIsNamed() throws IOException {
    writeWithConfig("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
    refused(DamagedException.class, "encoder.layer.2.");
  }

  @Test
  void modelWithoutTheHeadThatIsAskedForIsRefused() throws IOException {
    TinyEncoder.of(seed).write(folder);
    refused(InvalidInputException.class, Output.LOGITS, "no cross-encoder", "classifier");
    refused(InvalidInputException.class, Output.SPAN_LOGITS, "no reader", "qa_outputs");
  }

  @Test
  void everyChangedByteOfTheTensorsIsFound() throws IOException {
    TinyEncoder.of(seed).write(folder);
    Path file = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      byte[] changed = bytes.clone();
      // The last 100,000 bytes are all tensors.
      int at = bytes.length - 1 - random.nextInt(100_000);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      Files.delete(file);
      Files.write(file, changed);
      refused(DamagedException.class, "model.safetensors", "tensor");
    }
  }
}
