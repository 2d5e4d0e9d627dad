/** What the embedders, cross-encoders and readers see of a neural network, whatever executes it. */
package dev.sluice.inference.network;
