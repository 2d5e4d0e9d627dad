package dev.sluice.inference.hub;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPackFile;
import dev.sluice.inference.quantize.DefaultCalibration;
import dev.sluice.inference.quantize.ModelQuantizer;
import dev.sluice.inference.quantize.QuantizationReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a pack with FP4 weights of a model on a hub: asks which files there are, fetches those that
 * the model is made of, and quantises them.
 */
public final class ModelPuller {
  private final HubName name;
  private final PullOptions options;
  private final PullListener listener;
  private final Path target;

  private ModelPuller(HubName name, PullOptions options, PullListener listener) {
    this.name = name;
    this.options = options;
    this.listener = listener;
    this.target = options.target().orElseGet(name::packFolder);
  }

  /**
   * Pulls a model. What was fetched before a failure is kept in the cache folder, and the next pull
   * goes on from there.
   *
   * @throws InvalidInputException if there is no such model, it is not open to whoever asks, it is
   *     none that a pack can be made of, or the pack's folder is taken
   * @throws DamagedException if a file does not fit its checksum or cannot be read as what it is
   * @throws ResourceException if the hub cannot be reached, the disk is full, or the model is being
   *     pulled already
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public static PullReport pull(HubName name, PullOptions options, PullListener listener) {
    return pull(name, options, listener, Thread::sleep);
  }

  static PullReport pull(
      HubName name, PullOptions options, PullListener listener, Retries.Pause pause) {
    ModelQuantizer.requireVectorApi();
    options
        .calibration()
        .filter(texts -> !Files.exists(texts))
        .ifPresent(
            texts -> {
              throw new InvalidInputException(
                  "There is no file or folder " + texts + " with calibration texts.");
            });
    ModelPuller puller = new ModelPuller(name, options, listener);
    try (DownloadFolder folder = DownloadFolder.open(name);
        HubClient client = new HubClient(name, options.hub(), pause, listener)) {
      return puller.run(client, folder);
    }
  }

  private PullReport run(HubClient client, DownloadFolder folder) {
    HubRepository repository = HubRepository.ask(client, name);
    if (Files.exists(target) && !options.quantize().overwrite()) {
      return alreadyThere(repository, PackSource.commit(target, name));
    }
    ModelFiles files = new ModelFiles(repository);
    Fetched fetched = new Fetched(client, repository, folder);
    List<HubFile> descriptions = files.descriptions();
    fetched.all("fetching descriptions", descriptions);
    SourceModel.Described model = SourceModel.describe(name, folder.path(), options.quantize());
    ModelQuantizer.checkConfig(folder.path(), options.quantize());

    List<HubFile> weights =
        files.weights(SourceModel.json(folder.path().resolve(ModelFiles.SHARDS)));
    List<HubFile> all = new ArrayList<>(descriptions);
    all.addAll(weights);
    Set<String> paths = new HashSet<>();
    all.forEach(file -> paths.add(file.path()));
    folder.keepOnly(paths);
    fetched.all("fetching weights", weights);
    if (weights.getFirst().path().endsWith(".safetensors")
        && !weights.getFirst().path().equals(ModelFiles.WEIGHTS)) {
      ShardedWeights.join(
          weights.stream().map(folder::file).toList(), folder.path().resolve(ModelFiles.WEIGHTS));
    }
    QuantizationReport report = quantize(repository, folder, model.pack(), all);
    if (!options.keepOriginal()) {
      folder.delete();
    }
    List<String> notes = new ArrayList<>(model.notes());
    if (options.calibration().isEmpty()) {
      notes.add(
          "Weights were rounded by the program's own few texts; texts like those that the model"
              + " will read (--calibrate) bring it nearer to the original.");
    }
    return new PullReport(
        name,
        repository.hub(),
        repository.commit(),
        repository.license(),
        ModelPackFile.read(target),
        fetched.fetched,
        fetched.kept,
        options.keepOriginal() ? Optional.of(folder.path()) : Optional.empty(),
        notes,
        Optional.of(report));
  }

  /** An index remembers its embedder's name alone, so a pack never changes unasked. */
  private PullReport alreadyThere(HubRepository repository, Optional<String> commit) {
    if (commit.isEmpty()) {
      throw new InvalidInputException(
          "%s is there already, but was not pulled from %s. Choose another folder with --out, or give --force."
              .formatted(target, name.repository()));
    }
    if (!commit.get().equals(repository.commit())) {
      throw new InvalidInputException(
          "%s is there already, made of commit %s; %s is at %s now. Give --force to replace it, and build indexes again whose vectors it made."
              .formatted(target, commit.get(), name, repository.commit()));
    }
    return new PullReport(
        name,
        repository.hub(),
        repository.commit(),
        repository.license(),
        ModelPackFile.read(target),
        0,
        0,
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  private QuantizationReport quantize(
      HubRepository repository, DownloadFolder folder, ModelPack pack, List<HubFile> files) {
    ModelPackFile.write(pack, folder.path());
    PackSource.write(folder.path(), repository, files);
    Path texts = options.calibration().orElseGet(() -> DefaultCalibration.write(folder.path()));
    return ModelQuantizer.quantize(
        folder.path(), texts, target, options.quantize(), listener::progress);
  }

  /** Counts what is fetched and what was there. */
  private final class Fetched {
    private final HubClient client;
    private final HubRepository repository;
    private final DownloadFolder folder;
    private long fetched;
    private long kept;

    Fetched(HubClient client, HubRepository repository, DownloadFolder folder) {
      this.client = client;
      this.repository = repository;
      this.folder = folder;
    }

    void all(String task, List<HubFile> files) {
      long total = files.stream().mapToLong(HubFile::size).reduce(0, Math::addExact);
      long[] there = {0};
      folder.requireSpace(total - files.stream().mapToLong(this::partly).sum());
      for (HubFile file : files) {
        long of =
            new FileFetch(
                    client,
                    repository,
                    file,
                    folder,
                    bytes -> {
                      there[0] += bytes;
                      listener.progress(task, "B", there[0], total);
                    })
                .run();
        fetched += of;
        kept += Math.max(0, file.size() - of);
      }
    }

    private long partly(HubFile file) {
      Path whole = folder.file(file);
      Path part = whole.resolveSibling(whole.getFileName() + ".part");
      return Math.min(file.size(), size(whole) + size(part));
    }

    private static long size(Path file) {
      return Files.isRegularFile(file) ? file.toFile().length() : 0;
    }
  }
}
