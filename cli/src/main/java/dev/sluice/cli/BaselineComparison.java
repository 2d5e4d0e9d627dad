package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cascade.evaluation.Evaluation;
import dev.sluice.cascade.evaluation.Measure;
import dev.sluice.cascade.evaluation.PairedTest;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What was measured, against another run of the same queries.
 *
 * @param file the other run
 * @param value its mean nDCG@10
 * @param test this run's values less the other's, query by query
 * @param missing queries of the judgments that the other run has nothing for, which count as 0
 */
record BaselineComparison(Path file, double value, PairedTest test, int missing) {
  private static final Measure MEASURE = new Measure.Ndcg(10);
  private static final long SEED = 1;

  static BaselineComparison of(Path file, Evaluation evaluation, Evaluation other) {
    return new BaselineComparison(
        file,
        other.means().get(MEASURE),
        PairedTest.of(evaluation.perQuery(MEASURE), other.perQuery(MEASURE), SEED),
        other.missing().size());
  }

  /** One line for people. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%s against %s (%.4f): %+.4f, p = %.4f (paired randomisation test), %d wins, %d losses,"
            + " %d ties%s",
        MEASURE.name(),
        file,
        value,
        test.difference(),
        test.pValue(),
        test.wins(),
        test.losses(),
        test.ties(),
        missing > 0 ? "; " + missing + " queries are not in that run" : "");
  }

  /** For {@code --json}. */
  ObjectNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("file", file.toString());
    node.put("measure", MEASURE.name());
    node.put("value", value);
    node.put("difference", test.difference());
    node.put("p", test.pValue());
    node.put("wins", test.wins());
    node.put("losses", test.losses());
    node.put("ties", test.ties());
    node.put("permutations", test.permutations());
    node.put("missing", missing);
    return node;
  }
}
