/**
 * What the compiler knows of DJL: the names of its types, the rules for its layers and methods, and
 * the places in its engine that call the runtime.
 */
package dev.geminijava.passes.djl;
