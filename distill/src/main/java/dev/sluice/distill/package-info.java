/** Training of small models from larger ones: rerankers, readers and static embedders. */
package dev.sluice.distill;
