package dev.sluice.bench;

import dev.sluice.bench.Timing.Clock;
import dev.sluice.inference.ModelPack.Pooling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The engines side by side, with one model and a number of threads. */
final class Comparison implements AutoCloseable {
  private final PeerModel model;
  private final int threads;
  private final List<Engine> engines = new ArrayList<>();

  /** The first is the fp32 network, which the others' vectors are compared with. */
  private final List<OrtPeer> peers = new ArrayList<>();

  private Comparison(PeerModel model, int threads) {
    this.model = model;
    this.threads = threads;
  }

  /**
   * @param pack of this engine, with FP4 weights of the same model
   */
  static Comparison open(PeerModel model, Path pack, int threads) throws IOException {
    Comparison comparison = new Comparison(model, threads);
    try {
      comparison.engines.add(Engine.ofAllTokens(pack, threads));
      comparison.engines.add(Engine.ofFirstTokens(pack, threads));
      comparison.add(Names.ORT_FP32, model.fp32());
      comparison.add(Names.ORT_INT8, model.int8());
      comparison.add(Names.ORT_INT8_FUSED, FusedInt8Model.of(model));
      return comparison;
    } catch (IOException | RuntimeException e) {
      comparison.close();
      throw e;
    }
  }

  private void add(String name, Path network) {
    peers.add(OrtPeer.open(name, network, model.pooling(), threads));
  }

  /**
   * With one thread only its own processor time counts; with several, the time that passes, since
   * waiting for each other is part of the work.
   */
  private Clock clock() {
    return threads == 1 ? Clock.THREAD : Clock.WALL;
  }

  Outcome run(Workload workload, int rounds) throws IOException {
    List<OrtContender> theirs =
        peers.stream().flatMap(peer -> peer.contenders(workload).stream()).toList();
    try {
      List<Contender> all = new ArrayList<>(theirs);
      engines.forEach(engine -> all.add(engine.contender(workload)));
      Map<Pooling, float[][]> references = new EnumMap<>(Pooling.class);
      for (Pooling pooling : Pooling.values()) {
        references.put(pooling, theirs.getFirst().vectors(pooling));
      }
      // This also warms everything up.
      List<Agreement> agreements =
          all.stream()
              .map(some -> Agreement.of(some.vectors(), references.get(some.pooling())))
              .toList();
      List<Timing<Contender>> timings = Timing.inTurns(all, rounds, clock());
      List<Outcome.Line> lines = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        lines.add(new Outcome.Line(timings.get(i), agreements.get(i)));
      }
      return new Outcome(model, threads, workload, PeakRate.measure(threads), lines);
    } finally {
      theirs.forEach(OrtContender::close);
    }
  }

  @Override
  public void close() {
    engines.forEach(Engine::close);
    peers.forEach(OrtPeer::close);
  }
}
