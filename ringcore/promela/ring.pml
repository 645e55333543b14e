/*
 * A ring, two producers, a reader and an observer. doc.go says what is asked of them, within which bounds, and what the macros do.
 */
#include "memory.pml"
#include "linux.pml"
#include "consumer.pml"
#include "observer.pml"

init {
	byte n;
	atomic {
		do
		:: n < SIZE -> origin[n] = NOBODY; n++
		:: else -> break
		od;
		run Producer(0);
		run Producer(1);
#ifndef ANY_READER
		run Consumer();
#endif
#ifdef WATCHED
		run Observer();
#endif
		n = 0
	}
}
