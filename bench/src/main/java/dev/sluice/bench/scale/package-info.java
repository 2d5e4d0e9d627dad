/** Builds indexes of growing size out of recombined sentences, and measures builds and queries. */
package dev.sluice.bench.scale;
