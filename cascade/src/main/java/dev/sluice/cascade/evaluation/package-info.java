/** Measures of a search against judgments, and of answers against questions with gold quotes. */
package dev.sluice.cascade.evaluation;
