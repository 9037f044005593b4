/** From insertions to text: for the machine with every line in its place, for readers laid out. */
package dev.geminijava.passes.emit;
