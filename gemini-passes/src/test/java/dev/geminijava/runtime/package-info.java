/**
 * The runtime's signatures, for javac to check the generated code against. Nothing here ever runs:
 * the runtime itself is another module, which the compiler must not know.
 */
package dev.geminijava.runtime;
