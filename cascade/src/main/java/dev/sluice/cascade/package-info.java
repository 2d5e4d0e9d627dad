/** The stages of a search, the funnel that orders them, their fusion and their trace. */
package dev.sluice.cascade;
