package dev.geminijava.runtime.schedule;

/**
 * What the model computes between two candidate cuts, the smallest piece that a stage is made of.
 *
 * @param cost its time and bytes; a parameter counts where it is used first
 * @param cutBytes what one micro-batch would send on if a stage ended after this segment
 */
public record Segment(StageCost cost, long cutBytes) {}
