package dev.sluice.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sluice.inference.ModelPack.Pooling;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A workload in batches for ONNX Runtime, its input tensors made beforehand. */
final class OrtContender implements Contender, AutoCloseable {
  private final OrtPeer peer;
  private final String layout;
  private final List<Batch> batches;
  private final int sequences;

  /** The sequences with these indices, padded to the longest. */
  private record Batch(int[] rows, int[] lengths, int columns, Map<String, OnnxTensor> inputs) {}

  private OrtContender(OrtPeer peer, String layout, List<Batch> batches, int sequences) {
    this.peer = peer;
    this.layout = layout;
    this.batches = batches;
    this.sequences = sequences;
  }

  static OrtContender of(OrtPeer peer, Workload workload, String layout, Batching batching) {
    List<Batch> batches = new ArrayList<>();
    try {
      for (int[] rows : batching.split(workload.sequences())) {
        batches.add(batch(workload, rows));
      }
    } catch (OrtException e) {
      throw failure(peer, e);
    }
    return new OrtContender(peer, layout, batches, workload.sequences().size());
  }

  private static Batch batch(Workload workload, int[] rows) throws OrtException {
    int columns = workload.sequences().get(rows[rows.length - 1]).length;
    LongBuffer ids = longs(rows.length * columns);
    LongBuffer mask = longs(rows.length * columns);
    int[] lengths = new int[rows.length];
    for (int row = 0; row < rows.length; row++) {
      int[] sequence = workload.sequences().get(rows[row]);
      lengths[row] = sequence.length;
      for (int column = 0; column < sequence.length; column++) {
        ids.put(row * columns + column, sequence[column]);
        mask.put(row * columns + column, 1);
      }
    }
    long[] shape = {rows.length, columns};
    return new Batch(
        rows,
        lengths,
        columns,
        Map.of(
            "input_ids", OnnxTensor.createTensor(OrtPeer.environment(), ids, shape),
            "attention_mask", OnnxTensor.createTensor(OrtPeer.environment(), mask, shape),
            "token_type_ids",
                OnnxTensor.createTensor(
                    OrtPeer.environment(), longs(rows.length * columns), shape)));
  }

  private static LongBuffer longs(int count) {
    return ByteBuffer.allocateDirect(8 * count).order(ByteOrder.nativeOrder()).asLongBuffer();
  }

  @Override
  public String name() {
    return peer.name();
  }

  @Override
  public String layout() {
    return layout;
  }

  @Override
  public void run() {
    try {
      for (Batch batch : batches) {
        peer.session().run(batch.inputs()).close();
      }
    } catch (OrtException e) {
      throw failure(peer, e);
    }
  }

  @Override
  public Pooling pooling() {
    return peer.pooling();
  }

  @Override
  public float[][] vectors() {
    return vectors(peer.pooling());
  }

  /** {@link #vectors()} pooled in a way of the caller's choice. */
  float[][] vectors(Pooling pooling) {
    float[][] vectors = new float[sequences][];
    for (Batch batch : batches) {
      try (OrtSession.Result result = peer.session().run(batch.inputs())) {
        OnnxTensor output = (OnnxTensor) result.get(0);
        int width = Math.toIntExact(output.getInfo().getShape()[2]);
        for (int row = 0; row < batch.rows().length; row++) {
          vectors[batch.rows()[row]] =
              Pooled.vector(
                  output.getFloatBuffer(),
                  row * batch.columns(),
                  batch.lengths()[row],
                  width,
                  pooling);
        }
      } catch (OrtException e) {
        throw failure(peer, e);
      }
    }
    return vectors;
  }

  private static IllegalStateException failure(OrtPeer peer, OrtException cause) {
    return new IllegalStateException(peer.name() + ": " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    batches.stream()
        .map(Batch::inputs)
        .map(Map::values)
        .flatMap(Collection::stream)
        .forEach(OnnxTensor::close);
  }
}
