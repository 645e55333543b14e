// Package shmtest supports tests of code that works on shared memory. No program imports it.
package shmtest
