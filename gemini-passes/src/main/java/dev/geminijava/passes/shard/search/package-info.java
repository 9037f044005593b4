/**
 * Which layers to split how: a cost for every choice, and the cheapest set of choices that fits
 * into memory. Plain data; knows no source code.
 */
package dev.geminijava.passes.shard.search;
