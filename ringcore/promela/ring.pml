/*
 * A ring, two producers, a reader and an observer. doc.go says what is asked of them, within which bounds, and what the macros do.
 */
#include "memory.pml"
#ifdef WINDOWS
#include "windows.pml"
#else
#include "linux.pml"
#endif
#include "consumer.pml"
#ifdef WATCHED
#include "observer.pml"
#endif

init {
	byte n;
	atomic {
		do
		:: n < SIZE -> origin[n] = NOBODY; n++
		:: else -> break
		od;
		run Producer(0);
		run Producer(1);
#ifdef WATCHED
		run Observer();
#ifndef ANY_READER
		run Reader();
#endif
#else
		run Consumer();
#endif
		n = 0
	}
}
