package dev.sluice.distill.staticembedding;

/**
 * A query and a passage that answers it.
 *
 * @param source the data set that holds it: the file's name without its endings
 * @param document what the passage was taken from; pairs of one document are held out together
 * @param query the question, claim or title
 * @param passage the text, with its title in front where the title does not give the query away
 */
record TrainingPair(String source, String document, String query, String passage) {}
