package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cascade.evaluation.Query;
import dev.sluice.cascade.evaluation.Run;
import dev.sluice.cascade.evaluation.ScoredDocument;
import dev.sluice.context.Sluice;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The lists that {@code --candidates} names, less what the index does not hold.
 *
 * @param file where they come from
 * @param lists query id to its documents that are in the index
 * @param documents how many these are, over all queries
 * @param unknown ids of documents that are not in the index
 * @param queriesWithout ids of queries for which nothing is left
 */
record CandidateLists(
    Path file,
    Map<String, List<ScoredDocument>> lists,
    int documents,
    SortedSet<String> unknown,
    List<String> queriesWithout) {

  private static final int NAMED = 5;

  /**
   * Reads the lists of some queries.
   *
   * @throws InvalidInputException if the file is none of the forms that {@link Run} reads, or has
   *     nothing that is in the index for any of the queries
   */
  static CandidateLists read(Path file, List<Query> queries, Sluice sluice) throws IOException {
    Map<String, List<ScoredDocument>> given = Run.read(file).results();
    Map<String, List<ScoredDocument>> lists = new HashMap<>();
    Map<String, Boolean> known = new HashMap<>();
    SortedSet<String> unknown = new TreeSet<>();
    List<String> without = new ArrayList<>();
    int documents = 0;
    for (Query query : queries) {
      List<ScoredDocument> list = new ArrayList<>();
      for (ScoredDocument document : given.getOrDefault(query.id(), List.of())) {
        if (known.computeIfAbsent(document.document(), sluice::contains)) {
          list.add(document);
        } else {
          unknown.add(document.document());
        }
      }
      if (list.isEmpty()) {
        without.add(query.id());
      }
      documents += list.size();
      lists.put(query.id(), list);
    }
    if (documents == 0) {
      throw new InvalidInputException(
          file
              + ": expected documents of the index for the queries, found none"
              + (unknown.isEmpty() ? ", nor any of the queries" : ", such as " + unknown.first())
              + "; check that lists, queries and index belong together");
    }
    return new CandidateLists(file, lists, documents, unknown, without);
  }

  /** The documents of a query that are in the index; none where it has no list. */
  List<ScoredDocument> of(String query) {
    return lists.getOrDefault(query, List.of());
  }

  /** Says what is left out. */
  void warn(Terminal terminal) {
    warn(terminal, unknown, "documents are not in the index and are left out");
    warn(terminal, queriesWithout, "queries have no documents and find nothing");
  }

  private void warn(Terminal terminal, Collection<String> ids, String what) {
    if (!ids.isEmpty()) {
      List<String> first = ids.stream().limit(NAMED).toList();
      terminal
          .err()
          .println(
              "sluice: "
                  + file
                  + ": "
                  + ids.size()
                  + " "
                  + what
                  + ": "
                  + String.join(", ", first)
                  + (ids.size() > NAMED ? ", ..." : ""));
    }
  }

  /** For {@code --json}, with every id. */
  ObjectNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("file", file.toString());
    node.put("documents", documents);
    node.set("unknown_documents", ids(unknown));
    node.set("queries_without", ids(queriesWithout));
    return node;
  }

  private static ArrayNode ids(Collection<String> ids) {
    ArrayNode node = JsonNodeFactory.instance.arrayNode();
    ids.forEach(node::add);
    return node;
  }
}
