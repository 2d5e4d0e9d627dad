package dev.sluice.inference;

import java.util.List;

/**
 * What a model has found out about the machine that it runs on since it was opened.
 *
 * @param kernels the name of the kernels in use
 * @param checks how often all of its weights were compared with their checksums
 * @param weightMismatches pieces of memory that had changed and were read from the file again
 * @param arithmeticMismatches chunks of tokens whose products did not fit their checksums and were
 *     computed again
 * @param quarantined kernels that are no longer used in this process, because they computed wrongly
 *     too often or gave wrong answers to the model's golden texts
 */
public record SelfCheckReport(
    String kernels,
    long checks,
    long weightMismatches,
    long arithmeticMismatches,
    List<String> quarantined) {

  public SelfCheckReport {
    quarantined = List.copyOf(quarantined);
  }
}
