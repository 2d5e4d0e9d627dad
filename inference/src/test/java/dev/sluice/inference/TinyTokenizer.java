package dev.sluice.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the {@code tokenizer.json} of a BERT model with few words. */
public final class TinyTokenizer {
  /** What every vocabulary begins with; a word's index is its token. */
  public static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]");

  private TinyTokenizer() {}

  /**
   * @param words the vocabulary, which begins with {@link #SPECIAL}
   */
  public static void write(Path folder, List<String> words) throws IOException {
    StringBuilder vocabulary = new StringBuilder();
    for (int i = 0; i < words.size(); i++) {
      vocabulary.append(i == 0 ? "" : ",").append('"' + words.get(i) + "\":" + i);
    }
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],
         "normalizer":null,"pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":null,
         "post_processor":{"type":"BertProcessing","sep":["[SEP]",3],"cls":["[CLS]",2]},
         "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
          "max_input_chars_per_word":100,"vocab":{%s}}}
        """
            .formatted(vocabulary));
  }
}
