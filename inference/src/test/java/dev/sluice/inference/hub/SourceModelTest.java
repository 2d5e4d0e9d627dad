package dev.sluice.inference.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.quantize.QuantizeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceModelTest {
  @TempDir private Path folder;

  private void put(String file, String json) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, json.replace('\'', '"'));
  }

  private SourceModel.Described describe() {
    return SourceModel.describe(HubName.of("a/b"), folder, QuantizeOptions.defaults());
  }

  private String refused() {
    return assertThrows(InvalidInputException.class, this::describe).getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "BertModel,EMBEDDER",
    "BertForMaskedLM,EMBEDDER",
    "BertForSequenceClassification,CROSS_ENCODER",
    "BertForQuestionAnswering,READER"
  })
  void theArchitectureSaysTheKind(String architecture, ModelPack.Kind kind) throws IOException {
    put("config.json", "{'architectures':['" + architecture + "']}");
    assertEquals(Optional.of(kind), describe().pack().kind());
  }

  @Test
  void aClassifierOfThreeLabelsIsRefused() throws IOException {
    put(
        "config.json",
        "{'architectures':['BertForSequenceClassification'],'id2label':{'0':'a','1':'b','2':'c'}}");
    assertTrue(refused().contains("3 labels"));
  }

  @ParameterizedTest
  @CsvSource({
    "'pooling_mode_cls_token':true,CLS",
    "'pooling_mode_mean_tokens':true,MEAN",
    "'pooling_mode':'cls',CLS"
  })
  void thePoolingModuleSaysHowTokensArePooled(String mode, ModelPack.Pooling pooling)
      throws IOException {
    put("config.json", "{}");
    put("1_Pooling/config.json", "{" + mode + ",'pooling_mode_max_tokens':false}");
    assertEquals(pooling, describe().pack().pooling());
  }

  @Test
  void poolingThatAPackCannotDoIsRefused() throws IOException {
    put("config.json", "{}");
    put("1_Pooling/config.json", "{'pooling_mode_max_tokens':true}");
    assertTrue(refused().contains("max_tokens"));
  }

  @Test
  void aLayerAfterTheEncoderIsRefused() throws IOException {
    put("config.json", "{}");
    put("modules.json", "[{'type':'sentence_transformers.models.Dense','path':'2_Dense'}]");
    assertTrue(refused().contains("Dense"));
  }

  @Test
  void weightsThatAreQuantisedAreRefused() throws IOException {
    put("config.json", "{'quantization_config':{}}");
    assertTrue(refused().contains("quantised already"));
  }

  @Test
  void promptsAndLengthAreTakenOver() throws IOException {
    put("config.json", "{'max_position_embeddings':512}");
    put("config_sentence_transformers.json", "{'prompts':{'query':'query: ','passage':'p: '}}");
    put("sentence_bert_config.json", "{'max_seq_length':128}");
    SourceModel.Described described = describe();
    assertEquals("query: ", described.pack().queryInstruction());
    assertEquals(128, described.pack().maxTokens());
    assertTrue(described.notes().toString().contains("\"p: \""), described.notes().toString());
  }

  @Test
  void whatIsNotJsonIsNamed() throws IOException {
    put("config.json", "{");
    assertTrue(
        assertThrows(DamagedException.class, this::describe).getMessage().contains("config.json"));
  }
}
