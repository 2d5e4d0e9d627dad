package dev.sluice.inference.encoder;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.kernel.Activations;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.network.Sequence;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Memory for the forward pass of one chunk, used again for every chunk.
 *
 * @param ids int32 per token; positions and types likewise
 * @param offsets int32 {@code [sequences + 1]}: the first row of each sequence and behind the last
 * @param segmentOffsets int32 {@code [segments + 1]}: the same of all segments of all sequences
 * @param secondStarts int32 {@code [sequences]}: where the second segment of each starts
 * @param x fp32 {@code [tokens][hidden]}, what runs through the layers
 * @param xQuantized the same as bytes
 * @param queriesKeysValues fp32 {@code [tokens][3 * hidden]}
 * @param attended what attention gives
 * @param intermediate what is between the two layers of the feed-forward part
 */
record Workspace(
    EncoderConfig config,
    int capacity,
    MemorySegment ids,
    MemorySegment positions,
    MemorySegment types,
    MemorySegment offsets,
    MemorySegment segmentOffsets,
    MemorySegment secondStarts,
    MemorySegment x,
    Activations xQuantized,
    MemorySegment queriesKeysValues,
    Activations attended,
    Activations intermediate,
    MemorySegment scratch) {
  private static final long ALIGNMENT = 64;

  /**
   * @param capacity the most tokens of a chunk
   * @param scratchBytes the most that any kernels need for so many
   */
  static Workspace allocate(Arena arena, EncoderConfig config, int capacity, long scratchBytes) {
    EncoderShape shape = config.shape();
    long tokens = capacity;
    return new Workspace(
        config,
        capacity,
        arena.allocate(4 * tokens, ALIGNMENT),
        arena.allocate(4 * tokens, ALIGNMENT),
        arena.allocate(4 * tokens, ALIGNMENT),
        arena.allocate(4 * (tokens + 1), ALIGNMENT),
        arena.allocate(4 * (tokens + 1), ALIGNMENT),
        arena.allocate(4 * tokens, ALIGNMENT),
        arena.allocate(4 * tokens * shape.hidden(), ALIGNMENT),
        Activations.allocate(arena, capacity, shape.hidden()),
        arena.allocate(4 * tokens * 3 * shape.hidden(), ALIGNMENT),
        Activations.allocate(arena, capacity, shape.hidden()),
        Activations.allocate(arena, capacity, shape.intermediate()),
        arena.allocate(scratchBytes, ALIGNMENT));
  }

  /** What a workspace holds. Sequences of a model without segments are one segment each. */
  record Load(int sequences, int segments, int tokens) {}

  /** Writes the sequences one behind the other. */
  Load load(List<Sequence> chunk) {
    int row = 0;
    int segments = 0;
    for (int i = 0; i < chunk.size(); i++) {
      Sequence sequence = chunk.get(i);
      int second = secondStart(config, sequence);
      offsets.setAtIndex(JAVA_INT, i, row);
      secondStarts.setAtIndex(JAVA_INT, i, second);
      segmentOffsets.setAtIndex(JAVA_INT, segments++, row);
      if (second > 0 && second < sequence.length()) {
        segmentOffsets.setAtIndex(JAVA_INT, segments++, row + second);
      }
      for (int token = 0; token < sequence.length(); token++, row++) {
        ids.setAtIndex(JAVA_INT, row, sequence.ids()[token]);
        positions.setAtIndex(JAVA_INT, row, token < second ? token : token - second);
        types.setAtIndex(JAVA_INT, row, sequence.type(token));
      }
    }
    offsets.setAtIndex(JAVA_INT, chunk.size(), row);
    segmentOffsets.setAtIndex(JAVA_INT, segments, row);
    return new Load(chunk.size(), segments, row);
  }

  /** Where positions start again; the length if they don't. */
  private static int secondStart(EncoderConfig config, Sequence sequence) {
    return config.segmentLayers().isPresent()
        ? Math.clamp(sequence.secondStart(), 0, sequence.length())
        : sequence.length();
  }

  /**
   * Refuses what would read outside of the tables: kernels do not check.
   *
   * @throws InvalidInputException if tokenizer and model do not fit together
   */
  static void check(EncoderConfig config, Sequence sequence) {
    EncoderShape shape = config.shape();
    int second = secondStart(config, sequence);
    int longest = Math.max(second, sequence.length() - second);
    if (sequence.length() < 1 || longest > shape.positions()) {
      throw new InvalidInputException(
          "A text must have 1 to %d tokens (max_position_embeddings), but has %d."
              .formatted(shape.positions(), longest));
    }
    for (int id : sequence.ids()) {
      if (id < 0 || id >= shape.vocabulary()) {
        throw new InvalidInputException(
            "The tokenizer gives token %d, but the model has only %d (vocab_size): tokenizer.json and config.json are not of the same model."
                .formatted(id, shape.vocabulary()));
      }
    }
    int type = sequence.type(sequence.length() - 1);
    if (type < 0 || type >= shape.types()) {
      throw new InvalidInputException(
          "The tokenizer gives token type %d, but the model has only %d (type_vocab_size): tokenizer.json and config.json are not of the same model."
              .formatted(type, shape.types()));
    }
  }
}
