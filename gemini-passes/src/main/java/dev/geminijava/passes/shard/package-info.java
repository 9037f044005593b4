/**
 * Decides which layers are split over ranks. One propagation carries placements through the code of
 * a forward method; how a layer or a method treats a split is a rule, found as a plug-in.
 */
package dev.geminijava.passes.shard;
