/** Quantised vectors and the graphs over them. */
package dev.sluice.index.vector;
