package dev.sluice.distill.data;

/**
 * A query and a passage that answers it.
 *
 * @param source the data set that holds it: the file's name without its endings
 * @param document what the passage was taken from
 * @param query the question, claim or title
 * @param passage the text, with its title in front where the title does not give the query away
 * @param heldOut whether it is kept from training, with all that hangs together with it
 */
public record TrainingPair(
    String source, String document, String query, String passage, boolean heldOut) {}
