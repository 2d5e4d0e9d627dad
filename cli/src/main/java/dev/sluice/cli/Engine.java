package dev.sluice.cli;

import dev.sluice.cascade.SearchResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What the commands need done. Failures arrive as {@link dev.sluice.error.SluiceException}. */
interface Engine {

  /** Builds or updates the index in {@code request.into()} from its sources. */
  IndexReport index(IndexRequest request, WorkListener listener);

  /**
   * Opens an index, or a folder or file of documents, which is then indexed in the user's cache
   * folder first.
   */
  OpenIndex open(Path indexOrDocuments, WorkListener listener);

  /** An index that is open for reading; close it. */
  interface OpenIndex extends AutoCloseable {

    SearchResult search(String query, SearchRequest request);

    Answer ask(String question, AskRequest request);

    Evaluation evaluate(EvalRequest request, WorkListener listener);

    /** What {@code sluice info} shows: numbers, strings, lists and maps, in the order to show. */
    Map<String, Object> info();

    @Override
    void close();
  }

  /**
   * What and how to index. Whatever is empty is the engine's to choose.
   *
   * @param into folder of the index
   * @param sources folders, files, or {@code -} for JSON lines on standard input
   * @param embedder name of the model that makes the vectors, or {@code none}
   * @param passages {@code sentence[:budget:overlap]} or {@code whole}
   * @param memoryBytes bound on the memory for buffers
   * @param analyzer name of the text analysis of the lexical index
   * @param include globs of file names to take; all when there are none
   * @param exclude globs of file names to leave out
   * @param fields names of the fields of JSON lines
   * @param threads number of worker threads
   */
  record IndexRequest(
      Path into,
      List<String> sources,
      Optional<String> embedder,
      Optional<String> passages,
      OptionalLong memoryBytes,
      Optional<String> analyzer,
      List<String> include,
      List<String> exclude,
      FieldNames fields,
      OptionalInt threads) {}

  /** Names of the fields of a line of JSON that hold a document's id, title and text. */
  record FieldNames(Optional<String> id, Optional<String> title, Optional<String> text) {}

  /**
   * What a build did.
   *
   * @param added documents that were not in the index before
   * @param updated documents whose content had changed
   * @param removed documents that the sources no longer hold
   * @param unchanged documents that were left as they were
   * @param skipped pieces of input that could not be used; each was told to the listener
   * @param documents documents in the index now
   * @param passages passages in the index now
   */
  record IndexReport(
      long added,
      long updated,
      long removed,
      long unchanged,
      long skipped,
      long documents,
      long passages) {}

  /**
   * How to search.
   *
   * @param k the most hits to return
   * @param stages names of the stages to run, in order; empty for all that the index allows
   * @param reranker folder of a cross-encoder to use in place of the shipped one
   */
  record SearchRequest(int k, List<String> stages, Optional<Path> reranker) {}

  /**
   * How to answer.
   *
   * @param tokens budget of the window
   */
  record AskRequest(int tokens) {}

  /**
   * What to measure. Either queries and qrels, or questions with gold quotes.
   *
   * @param queries JSON lines with {@code _id} and {@code text}
   * @param qrels judgments as TREC or BEIR write them
   * @param questions JSON lines with questions and gold quotes
   * @param k hits of each query to look at
   * @param stages as in {@link SearchRequest}
   * @param runOut where to write the ranking as a TREC run
   * @param tokens budget of the window of each question
   */
  record EvalRequest(
      Optional<Path> queries,
      Optional<Path> qrels,
      Optional<Path> questions,
      int k,
      List<String> stages,
      Optional<Path> runOut,
      int tokens) {}

  /**
   * What was measured.
   *
   * @param queries number of queries or questions that were measured
   * @param measures name to value, in the order to show: ndcg@10, mrr@10, ...
   * @param stages names of the stages that ran
   * @param seconds time that the searches took
   */
  record Evaluation(
      int queries, Map<String, Double> measures, List<String> stages, double seconds) {}
}
