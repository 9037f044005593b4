/** What may be split and cut in a program, as a text for people. Nothing of it is run. */
package dev.geminijava.passes.plan;
