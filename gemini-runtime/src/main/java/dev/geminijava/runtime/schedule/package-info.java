/** Schedules as data: made, checked and simulated before anything runs. Knows nothing of DJL. */
package dev.geminijava.runtime.schedule;
