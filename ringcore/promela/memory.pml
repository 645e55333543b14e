/*
 * The memory of a ring, in units of 8 bytes: a header is loaded as one aligned word, and all spans and positions are multiples of 8.
 *
 * A statement, or an atomic or d_step block, makes one access to the memory that the parties share. What else stands in it is local,
 * or a ghost: knowledge of the checker that no party has or uses.
 */

#ifndef SIZE
#define SIZE 4          /* units of the data area, a power of two */
#endif
#ifndef END
#define END 8           /* no reservation reaches beyond this position */
#endif
#ifdef OVERWRITE        /* no producer asks where the reader is */
#define ANY_READER
#endif
#ifdef WINDOWS          /* units of payload, at least and at most */
#define SHORTEST 1
#else
#define SHORTEST 0
#endif
#define LONGEST (SHORTEST + 1)
#define PRODUCERS 2
#define MASK (SIZE - 1)

/* A header: units of payload, and two bits. Zeroed memory is a submitted record without payload, as it is in a real ring. */
#define BUSY 64
#define DISCARD 32
#define LENGTH(word) ((word) & 31)
#define SPAN(word) (LENGTH(word) + 1)

/*
 * Payload is what a program writes. Here it is the most deceptive there is: read as a header, it is that of the shortest record, submitted.
 * (The page offset is no help in rings of one page.)
 */
#ifndef PAYLOAD
#define PAYLOAD SHORTEST
#endif

/* What a record ends as. Where an observer looks on, discards would only double the states. */
#ifdef WATCHED
#define FLAG(who) 0
#else
#define FLAG(who) (who -> DISCARD : 0)
#endif

byte data[SIZE];
byte producer_pos;
#ifndef ANY_READER
byte consumer_pos;
#endif

/*
 * load_consumer is smp_load_acquire(&rb->consumer_pos) and Ring.loadConsumer. With ANY_READER the position is whatever user space
 * wrote last, behind, ahead or within a record: each load gives any value, which takes in every reader, honest or not.
 */
inline load_consumer(into) {
#ifdef ANY_READER
	select(into : 0 .. END + 1)
#else
	into = consumer_pos
#endif
}

/* Ghost: the position for which each unit was written last, with PART for payload. */
#define PART 128
#define NOBODY 127
byte origin[SIZE];

/* Ghost: what each producer holds busy; no span: nothing. */
byte heldAt[PRODUCERS];
byte heldSpan[PRODUCERS];

/* Ghost: how many producers are through. */
byte ended;

inline hold(who, pos, span) {
	heldAt[who] = pos;
	heldSpan[who] = span
}

inline drop(who) {
	heldAt[who] = 0;
	heldSpan[who] = 0
}

/* touch is asked before a unit is written. */
inline touch(who, pos) {
	assert(!(heldSpan[1 - who] > 0 && ((pos - heldAt[1 - who]) & MASK) < heldSpan[1 - who])); /* a busy record is never overwritten */
#ifndef ANY_READER
	assert(pos - consumer_pos < SIZE) /* nor is one that has not been released */
#endif
}

/* write_payload writes the payload of the record at pos, unit by unit. */
inline write_payload(who, pos, length) {
	do
	:: i < length ->
		d_step {
			i++;
			touch(who, pos + i);
			data[(pos + i) & MASK] = PAYLOAD;
			origin[(pos + i) & MASK] = (pos + i) | PART
		}
	:: else -> break
	od;
	i = 0
}

/* read_payload reads the payload of the record at pos, and notes in wrong whether a unit of it is not that record's. */
inline read_payload(pos, length) {
	do
	:: i < length ->
		d_step {
			i++;
			wrong = wrong || origin[(pos + i) & MASK] != ((pos + i) | PART)
		}
	:: else -> break
	od;
	i = 0
}

/* choose takes a length for the next record. One producer has the shortest records only, which keeps the states few. */
inline choose(who, length) {
	if
	:: length = SHORTEST
	:: who == 0 -> length = LONGEST
	fi
}
