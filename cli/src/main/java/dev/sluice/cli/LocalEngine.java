package dev.sluice.cli;

import java.nio.file.Path;

/** The engine in this process. */
final class LocalEngine implements Engine {

  @Override
  public IndexReport index(IndexRequest request, WorkListener listener) {
    throw new UnsupportedOperationException("indexing");
  }

  @Override
  public OpenIndex open(Path indexOrDocuments, WorkListener listener) {
    throw new UnsupportedOperationException("opening an index");
  }
}
