package dev.sluice.inference;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Model packs whose results can be worked out by hand. Each word of the vocabulary has a row of
 * numbers. The embedder gives each token its row. The cross-encoder sums the rows of a passage's
 * tokens and of the [SEP] behind it.
 *
 * <p>The ONNX files are written field by field after onnx.proto3 of the ONNX specification.
 */
public final class TinyModel {
  /** The vocabulary; a word's index is its token. */
  static final List<String> WORDS =
      List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "good", "bad", "fine", "word");

  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private TinyModel() {}

  /** Fills a folder with a cross-encoder. {@code rows[word]} has one or two numbers. */
  static Path crossEncoder(Path folder, float[][] rows) throws IOException {
    Message graph =
        new Message()
            .text(2, "tiny")
            .message(1, node("Cast", "token_type_ids", "types").message(5, integer("to", FLOAT)))
            .message(1, node("Unsqueeze", "types", "types3").message(5, integers("axes", 2)))
            .message(1, node("Cast", "attention_mask", "mask").message(5, integer("to", FLOAT)))
            .message(1, node("Unsqueeze", "mask", "mask3").message(5, integers("axes", 2)))
            .node("Gather", "table", "input_ids", "rows")
            .node("Mul", "rows", "types3", "second")
            .node("Mul", "second", "mask3", "counted")
            .message(
                1,
                node("ReduceSum", "counted", "logits")
                    .message(5, integers("axes", 1))
                    .message(5, integer("keepdims", 0)));
    graph
        .message(5, table(rows))
        .message(11, value("input_ids", INT64, "batch", "tokens"))
        .message(11, value("attention_mask", INT64, "batch", "tokens"))
        .message(11, value("token_type_ids", INT64, "batch", "tokens"))
        .message(12, value("logits", FLOAT, "batch", rows[0].length));
    return write(folder, graph);
  }

  /** Fills a folder with an embedder that declares only the input {@code input_ids}. */
  public static Path embedder(Path folder, float[][] rows) throws IOException {
    return write(
        folder,
        new Message()
            .node("Gather", "table", "input_ids", "last_hidden_state")
            .text(2, "tiny")
            .message(5, table(rows))
            .message(11, value("input_ids", INT64, "batch", "tokens"))
            .message(12, value("last_hidden_state", FLOAT, "batch", "tokens", rows[0].length)));
  }

  private static Path write(Path folder, Message graph) throws IOException {
    Message model =
        new Message().number(1, 6).message(7, graph).message(8, new Message().number(2, 11));
    Files.write(folder.resolve("model.onnx"), model.bytes.toByteArray());
    TinyTokenizer.write(folder, WORDS);
    return folder;
  }

  private static Message node(String operator, String input, String output) {
    return new Message().text(1, input).text(2, output).text(4, operator);
  }

  private static Message integer(String name, int value) {
    return new Message().text(1, name).number(3, value).number(20, 2);
  }

  private static Message integers(String name, int value) {
    return new Message().text(1, name).number(8, value).number(20, 7);
  }

  private static Message table(float[][] rows) {
    ByteBuffer raw =
        ByteBuffer.allocate(rows.length * rows[0].length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : rows) {
      for (float number : row) {
        raw.putFloat(number);
      }
    }
    return new Message()
        .number(1, rows.length)
        .number(1, rows[0].length)
        .number(2, FLOAT)
        .text(8, "table")
        .bytes(9, raw.array());
  }

  private static Message value(String name, int type, Object... dimensions) {
    Message shape = new Message();
    for (Object dimension : dimensions) {
      shape.message(
          1,
          dimension instanceof Integer size
              ? new Message().number(1, size)
              : new Message().text(2, dimension.toString()));
    }
    Message tensor = new Message().number(1, type).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  /** A Protocol Buffers message as it is written on the wire. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private void varint(long value) {
      long rest = value;
      while (rest > 127) {
        bytes.write((int) (rest & 127 | 128));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }

    Message number(int field, long value) {
      varint((long) field << 3);
      varint(value);
      return this;
    }

    Message bytes(int field, byte[] value) {
      varint((long) field << 3 | 2);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.bytes.toByteArray());
    }

    Message node(String operator, String left, String right, String output) {
      return message(
          1, new Message().text(1, left).text(1, right).text(2, output).text(4, operator));
    }
  }
}
