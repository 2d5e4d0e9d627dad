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
 * @param x fp32 {@code [tokens][hidden]}, what runs through the layers
 * @param xQuantized the same as bytes
 * @param queriesKeysValues fp32 {@code [tokens][3 * hidden]}
 * @param attended what attention gives
 * @param intermediate what is between the two layers of the feed-forward part
 */
record Workspace(
    EncoderShape shape,
    int capacity,
    MemorySegment ids,
    MemorySegment positions,
    MemorySegment types,
    MemorySegment offsets,
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
  static Workspace allocate(Arena arena, EncoderShape shape, int capacity, long scratchBytes) {
    long tokens = capacity;
    return new Workspace(
        shape,
        capacity,
        arena.allocate(4 * tokens, ALIGNMENT),
        arena.allocate(4 * tokens, ALIGNMENT),
        arena.allocate(4 * tokens, ALIGNMENT),
        arena.allocate(4 * (tokens + 1), ALIGNMENT),
        arena.allocate(4 * tokens * shape.hidden(), ALIGNMENT),
        Activations.allocate(arena, capacity, shape.hidden()),
        arena.allocate(4 * tokens * 3 * shape.hidden(), ALIGNMENT),
        Activations.allocate(arena, capacity, shape.hidden()),
        Activations.allocate(arena, capacity, shape.intermediate()),
        arena.allocate(scratchBytes, ALIGNMENT));
  }

  /**
   * Writes the sequences one behind the other.
   *
   * @return the number of tokens
   */
  int load(List<Sequence> chunk) {
    int row = 0;
    for (int i = 0; i < chunk.size(); i++) {
      Sequence sequence = chunk.get(i);
      offsets.setAtIndex(JAVA_INT, i, row);
      for (int token = 0; token < sequence.length(); token++, row++) {
        ids.setAtIndex(JAVA_INT, row, sequence.ids()[token]);
        positions.setAtIndex(JAVA_INT, row, token);
        types.setAtIndex(JAVA_INT, row, sequence.type(token));
      }
    }
    offsets.setAtIndex(JAVA_INT, chunk.size(), row);
    return row;
  }

  /**
   * Refuses what would read outside of the tables: kernels do not check.
   *
   * @throws InvalidInputException if tokenizer and model do not fit together
   */
  static void check(EncoderShape shape, Sequence sequence) {
    if (sequence.length() < 1 || sequence.length() > shape.positions()) {
      throw new InvalidInputException(
          "A text must have 1 to %d tokens (max_position_embeddings), but has %d."
              .formatted(shape.positions(), sequence.length()));
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
