package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.index.CopyReport;
import dev.sluice.index.RepairReport;
import dev.sluice.index.VerifyReport;
import java.nio.file.Path;
import java.util.List;

/** What {@code --json} prints of the work on an index. The names are a promise to scripts. */
final class IndexJson {

  private IndexJson() {}

  /** What a check found. */
  static ObjectNode verified(Path index, VerifyReport report) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("index", index.toString());
    node.put("generation", report.generation());
    node.put("sound", report.isSound());
    node.put("documents", report.documents());
    node.put("passages", report.passages());
    node.put("vectors", report.vectors());
    node.put("vectors_due", report.vectorsDue());
    node.put("files", report.files());
    node.put("bytes", report.bytes());
    findings(node, report.findings());
    ArrayNode leftovers = node.putArray("leftovers");
    report.leftovers().forEach(leftovers::add);
    node.put("seconds", report.millis() / 1000.0);
    return node;
  }

  private static void findings(ObjectNode node, List<VerifyReport.Finding> findings) {
    ArrayNode array = node.putArray("findings");
    for (VerifyReport.Finding finding : findings) {
      array.addObject().put("file", finding.file()).put("problem", finding.problem());
    }
  }

  /** What a repair did. */
  static ObjectNode repaired(Path index, RepairReport report) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("index", index.toString());
    node.put("generation", report.generation());
    findings(node, report.findings());
    node.put("documents", report.documents());
    node.put("passages", report.passages());
    ArrayNode lost = node.putArray("lost");
    for (RepairReport.LostDocument document : report.lost()) {
      ObjectNode each = lost.addObject();
      each.put("document", document.id());
      each.put("number", document.number());
      ArrayNode passages = each.putArray("passages");
      document.passages().forEach(passages::add);
      each.put("unreadable", document.unreadable());
    }
    node.put("lexical_rebuilt", report.lexicalRebuilt());
    node.put("vectors_kept", report.vectorsKept());
    node.put("vectors_rebuilt", report.vectorsRebuilt());
    node.put("vectors_missing", report.vectorsMissing());
    node.put("embedder_failure", report.embedderFailure().orElse(null));
    node.put("aside", report.aside());
    ArrayNode moved = node.putArray("moved");
    report.moved().forEach(moved::add);
    node.put("seconds", report.millis() / 1000.0);
    return node;
  }

  /** What a copy consists of. */
  static ObjectNode copied(Path index, Path target, CopyReport report) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("index", index.toString());
    node.put("copy", target.toString());
    node.put("generation", report.generation());
    node.put("files", report.files());
    node.put("bytes", report.bytes());
    node.put("linked", report.linked());
    node.put("seconds", report.millis() / 1000.0);
    return node;
  }
}
