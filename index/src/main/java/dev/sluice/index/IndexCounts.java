package dev.sluice.index;

/** The running figures of the next manifest. */
final class IndexCounts {
  int nextDocument;
  int nextPassage;
  long documents;
  long passages;
  long tokens;
  long textBytes;

  IndexCounts(Manifest manifest) {
    nextDocument = manifest.nextDocument();
    nextPassage = manifest.nextPassage();
    documents = manifest.documents();
    passages = manifest.passages();
    tokens = manifest.tokens();
    textBytes = manifest.textBytes();
  }
}
