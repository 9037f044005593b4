/**
 * Models that nobody wrote: sources drawn at random, transformed, run in every mode and compared
 * with one device; the smallest one that fails is printed.
 */
package dev.geminijava.tests.random;
