package dev.sluice.bench;

import dev.sluice.bench.Timing.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The engines side by side, with one model and a number of threads. */
final class Comparison implements AutoCloseable {
  private final List<OrtPeer> peers = new ArrayList<>();
  private final int threads;

  private Comparison(int threads) {
    this.threads = threads;
  }

  static Comparison open(PeerModel model, int threads) throws IOException {
    Comparison comparison = new Comparison(threads);
    try {
      comparison.openPeers(model);
      return comparison;
    } catch (IOException | RuntimeException e) {
      comparison.close();
      throw e;
    }
  }

  private void openPeers(PeerModel model) throws IOException {
    peers.add(OrtPeer.open(Names.ORT_FP32, model.fp32(), model.pooling(), threads));
    peers.add(OrtPeer.open(Names.ORT_INT8, model.int8(), model.pooling(), threads));
    peers.add(
        OrtPeer.open(Names.ORT_INT8_FUSED, FusedInt8Model.of(model), model.pooling(), threads));
  }

  /**
   * With one thread only its own processor time counts; with several, the time that passes, since
   * waiting for each other is part of the work.
   */
  Clock clock() {
    return threads == 1 ? Clock.THREAD : Clock.WALL;
  }

  Outcome run(Workload workload, int rounds) {
    List<Contender> contenders = new ArrayList<>();
    List<OrtContender> tried = new ArrayList<>();
    try {
      for (OrtPeer peer : peers) {
        List<OrtContender> layouts = peer.contenders(workload);
        tried.addAll(layouts);
        contenders.add(quicker(layouts));
      }
      float[][] reference = contenders.getFirst().vectors();
      List<Outcome.Line> lines = new ArrayList<>();
      for (Timing timing : Timing.inTurns(contenders, rounds, clock())) {
        lines.add(new Outcome.Line(timing, Agreement.of(timing.contender().vectors(), reference)));
      }
      return new Outcome(workload, lines);
    } finally {
      tried.forEach(OrtContender::close);
    }
  }

  /** The best of several layouts, after a run of each to warm up. */
  private Contender quicker(List<? extends Contender> layouts) {
    layouts.forEach(Contender::run);
    return Timing.inTurns(layouts, 2, clock()).stream()
        .min(Comparator.comparingDouble(Timing::best))
        .orElseThrow()
        .contender();
  }

  @Override
  public void close() {
    peers.forEach(OrtPeer::close);
  }
}
