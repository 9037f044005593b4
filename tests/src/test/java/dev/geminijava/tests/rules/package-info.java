/**
 * The rules for operations against DJL itself: each is asked what becomes of split operands, and
 * what it says is done with real arrays.
 */
package dev.geminijava.tests.rules;
