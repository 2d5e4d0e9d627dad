package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelPacksTest {
  @TempDir private Path folder;

  private static String messageOf(String nameOrPath) {
    return assertThrows(InvalidInputException.class, () -> ModelPacks.locate(nameOrPath))
        .getMessage();
  }

  private Path withFiles() throws IOException {
    Files.createFile(folder.resolve("model.onnx"));
    Files.createFile(folder.resolve("tokenizer.json"));
    return folder;
  }

  private ModelPack withSettings(String json) throws IOException {
    Files.writeString(withFiles().resolve("sluice-model.json"), json);
    return ModelPacks.locate(folder.toString());
  }

  @Test
  void unpackedFolderDescribesItself() {
    ModelPack pack = Models.bgeSmall();
    ModelPack read = ModelPacks.locate(pack.folder().toString());
    assertEquals(pack, read);
  }

  @Test
  void unknownNameListsWhatIsKnown() {
    String message = messageOf("bge-huge");
    assertTrue(message.contains("\"bge-huge\"") && message.contains("bge-small"), message);
    assertTrue(message.contains("tokenizer.json and either model.safetensors"), message);
    assertTrue(messageOf("").contains("bge-small"));
  }

  @Test
  void missingFileIsNamed() throws IOException {
    assertTrue(messageOf(folder.toString()).contains("has no model.safetensors and no model.onnx"));
    Files.createFile(folder.resolve("model.onnx"));
    assertTrue(messageOf(folder.toString()).contains("has no tokenizer.json"));
  }

  @Test
  void folderWithoutSettingsHasTheDefaults() throws IOException {
    ModelPack pack = ModelPacks.locate(withFiles().toString());
    assertEquals(
        new ModelPack(
            folder.getFileName().toString(),
            folder,
            ModelPack.Format.ONNX,
            Optional.empty(),
            ModelPack.Pooling.MEAN,
            "",
            512),
        pack);
  }

  @Test
  void settingsAreRead() throws IOException {
    ModelPack pack =
        withSettings(
            """
            {"name": "n", "kind": "cross-encoder", "pooling": "cls",
             "queryInstruction": "q: ", "maxTokens": 256}
            """);
    assertEquals(
        new ModelPack(
            "n",
            folder,
            ModelPack.Format.ONNX,
            Optional.of(ModelPack.Kind.CROSS_ENCODER),
            ModelPack.Pooling.CLS,
            "q: ",
            256),
        pack);
  }

  @Test
  void settingsThatAreNotUnderstoodAreRefused() throws IOException {
    withFiles();
    for (String[] wrong :
        new String[][] {
          {"{\"poling\": \"cls\"}", "poling"},
          {"{\"pooling\": \"max\"}", "[cls, mean]"},
          {"{\"pooling\": 1}", "must be a string"},
          {"{\"maxTokens\": 0}", "8 to 1048576"},
          {"{\"maxTokens\": \"512\"}", "8 to 1048576"},
          {"[]", "one JSON object"},
          {"{\"name\": ", "not JSON"},
          {"", "one JSON object"},
        }) {
      Files.writeString(folder.resolve("sluice-model.json"), wrong[0]);
      String message = messageOf(folder.toString());
      assertTrue(message.contains(wrong[1]) && message.contains("sluice-model.json"), message);
    }
  }
}
