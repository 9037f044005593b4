/** The settings, and the four places where a user may write them. */
package dev.geminijava.cli.config;
