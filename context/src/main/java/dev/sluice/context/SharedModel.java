package dev.sluice.context;

import java.io.Closeable;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A model, opened once: when first needed, or in the background before that.
 *
 * @param <M> what kind of model
 */
final class SharedModel<M> implements Closeable {
  private final Supplier<M> open;
  private final Consumer<M> close;
  private Optional<CompletableFuture<M>> opening = Optional.empty();
  private boolean closed;

  /**
   * @param open opens the model
   * @param close closes it
   */
  SharedModel(Supplier<M> open, Consumer<M> close) {
    this.open = open;
    this.close = close;
  }

  /** Starts to open the model, unless that was done before. */
  synchronized CompletableFuture<M> start() {
    if (closed) {
      throw new IllegalStateException("the index is closed");
    }
    if (opening.isEmpty()) {
      opening = Optional.of(CompletableFuture.supplyAsync(open));
    }
    return opening.get();
  }

  /** Waits until the model is open. */
  M get() {
    try {
      return start().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @Override
  public void close() {
    Optional<CompletableFuture<M>> last;
    synchronized (this) {
      closed = true;
      last = opening;
      opening = Optional.empty();
    }
    last.ifPresent(this::close);
  }

  private void close(CompletableFuture<M> opened) {
    try {
      close.accept(opened.join());
    } catch (CompletionException e) {
      // It could not be opened, so there is nothing to close; whoever needed it has been told.
    }
  }
}
