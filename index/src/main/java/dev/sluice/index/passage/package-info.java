/** Cuts documents into passages. */
package dev.sluice.index.passage;
