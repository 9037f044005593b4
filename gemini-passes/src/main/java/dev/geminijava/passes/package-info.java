/** The compiler: Java source in, parallel Java source out, by insertions only. */
package dev.geminijava.passes;
