/** The command line: the only module that knows both compiler and runtime, prints, and exits. */
package dev.geminijava.cli;
