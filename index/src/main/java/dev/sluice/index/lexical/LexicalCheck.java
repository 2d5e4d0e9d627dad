package dev.sluice.index.lexical;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.NoLockFactory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/** Checks one commit of a lexical index, and tells what it holds. */
public final class LexicalCheck {
  private final Directory directory;
  private final String commit;

  /**
   * @param directory of the lexical index; not closed
   * @param commit name of the commit, as the manifest has it
   */
  public LexicalCheck(Directory directory, String commit) {
    this.directory = new OneCommit(directory, commit);
    this.commit = commit;
  }

  /** The names of the files of a commit. */
  public static Collection<String> files(Directory directory, String commit) throws IOException {
    return SegmentInfos.readCommit(directory, commit).files(true);
  }

  /** What Lucene finds wrong first, in its words: every file is read and every structure walked. */
  public Optional<String> problem() throws IOException {
    try (CheckIndex check =
        new CheckIndex(directory, NoLockFactory.INSTANCE.obtainLock(directory, "write.lock"))) {
      check.setLevel(CheckIndex.Level.MIN_LEVEL_FOR_INTEGRITY_CHECKS);
      check.setThreadCount(1);
      check.setFailFast(true);
      return check.checkIndex().clean ? Optional.empty() : Optional.of("Lucene finds it unclean");
    } catch (IOException | RuntimeException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** What {@link #forEachPassage} calls. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param passage number of the passage, -1 where there is none
     * @param document number of its document, -1 where there is none or more than one
     */
    void passage(int passage, int document) throws IOException;
  }

  /** Tells of each living Lucene document. */
  public void forEachPassage(Visitor visitor) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(LexicalIndex.commit(directory, commit))) {
      for (LeafReaderContext leaf : reader.leaves()) {
        visit(leaf.reader(), visitor);
      }
    }
  }

  private static void visit(LeafReader leaf, Visitor visitor) throws IOException {
    int[] passages = new int[leaf.maxDoc()];
    Arrays.fill(passages, -1);
    NumericDocValues numbers = leaf.getNumericDocValues(LexicalFields.PASSAGE);
    while (numbers != null && numbers.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      passages[numbers.docID()] = (int) numbers.longValue();
    }
    int[] documents = documents(leaf);
    Bits living = leaf.getLiveDocs();
    for (int doc = 0; doc < passages.length; doc++) {
      if (living == null || living.get(doc)) {
        visitor.passage(passages[doc], documents[doc]);
      }
    }
  }

  private static int[] documents(LeafReader leaf) throws IOException {
    int[] documents = new int[leaf.maxDoc()];
    Arrays.fill(documents, -1);
    boolean[] found = new boolean[documents.length];
    Terms terms = leaf.terms(LexicalFields.DOCUMENT);
    if (terms == null) {
      return documents;
    }
    TermsEnum each = terms.iterator();
    PostingsEnum postings = null;
    for (BytesRef term = each.next(); term != null; term = each.next()) {
      int document = Integer.parseInt(term.utf8ToString());
      postings = each.postings(postings, PostingsEnum.NONE);
      while (postings.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        int doc = postings.docID();
        documents[doc] = found[doc] ? -1 : document;
        found[doc] = true;
      }
    }
    return documents;
  }

  /** Shows one commit alone: Lucene looks at the newest that it sees. */
  private static final class OneCommit extends FilterDirectory {
    private final String commit;

    OneCommit(Directory in, String commit) {
      super(in);
      this.commit = commit;
    }

    @Override
    public String[] listAll() throws IOException {
      return Arrays.stream(in.listAll())
          .filter(name -> !name.startsWith("segments_") || name.equals(commit))
          .toArray(String[]::new);
    }
  }
}
