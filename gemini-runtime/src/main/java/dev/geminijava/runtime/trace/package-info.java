/** What ran when and where, and where the runtime says so. */
package dev.geminijava.runtime.trace;
