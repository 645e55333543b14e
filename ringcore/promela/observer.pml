/*
 * The observer: Observer of ringcore, in observer.go, stretch.go, busy.go and look.go, on a CPU with strongOrder. The ring is smaller than a
 * stretch, so that a walk is one stretch. Its table of busy records (MaxRemembered) holds one.
 *
 * Variants that must fail: NO_RECHECK, NO_SLACK, TRUST_CONSUMER, HISTORY_IS_EXACT, BUSY_BY_PRODUCER.
 */

/* Ring.capacity */
#if defined(NO_SLACK) || defined(WINDOWS)
#define CAPACITY SIZE
#else
#define CAPACITY (SIZE - 1)
#endif

/* Format.history, Format.ProvenHistory */
#ifdef WINDOWS
#define HISTORY (SIZE - 1)
#else
#define HISTORY CAPACITY
#define PROVEN_HISTORY
#endif

/* Ghost: up to where the sink was told what was seen and what was missed. */
byte told;

/* tell: what is told follows what was told before, so that seen + missed = produced. */
inline tell(to) {
	assert(cursor == told && cursor <= to);
	told = to;
	cursor = to
}

/*
 * prove is Observer.prove: whether what was read from from on stood there until now (ok), and whether that is certain (exact).
 */
inline prove(from) {
#if defined(NO_RECHECK)
	ok = 1;
	exact = 1
#elif defined(TRUST_CONSUMER)
	atomic {
		load_consumer(now);
		ok = now <= from;
		exact = ok;
		now = 0
	}
#elif defined(OVERWRITE)
#ifndef OVERWRITE_POS_ONLY
	d_step { now = producer_pos; ok = now - from <= CAPACITY; now = 0 };
#else
	ok = 1;
#endif
	d_step { ok = ok && overwrite_pos <= from; exact = ok }
#elif defined(PROVEN_HISTORY) || defined(HISTORY_IS_EXACT)
	d_step {
		now = producer_pos;
		ok = now - from <= CAPACITY;
		exact = ok;
		now = 0
	}
#else
	now = producer_pos;
	atomic {
		load_consumer(consumer);
		exact = now - from <= CAPACITY && consumer <= from;
		ok = exact || now - from <= HISTORY;
		now = 0;
		consumer = 0
	}
#endif
}

/* read_positions is Ring.readPositions; the rest of it, the consumer position before a lap, is for what is unread. */
inline read_positions() {
	producer = producer_pos;
#ifdef OVERWRITE
	over = overwrite_pos;
#endif
}

/*
 * reach is where the observer begins or goes on without having walked there: at a consumer position, which by convention is a record
 * boundary. Nothing tells if it is not: an observer that believes a forged one is misled, and the model says nothing of what it shows
 * then. (One that was overwritten meanwhile is walked from, and must be noticed.)
 */
inline reach(pos) {
	if
	:: origin[pos & MASK] == (pos | PART) -> goto misled
	:: (origin[pos & MASK] == NOBODY || (origin[pos & MASK] & ~PART) < pos) && pos < producer_pos -> goto misled /* payload to come */
	:: else -> skip
	fi
}

#define PLAUSIBLE(pos) (pos <= producer && producer - (pos) <= CAPACITY)

/* lapped is Observer.lapped with nextBoundary; Sink.Lapped. */
inline lapped() {
	read_positions();
	atomic {
		load_consumer(consumer);
		if
#ifdef OVERWRITE
		:: PLAUSIBLE(over) && cursor < over -> consumer = over
		:: !(PLAUSIBLE(over) && cursor < over) && PLAUSIBLE(consumer) && cursor < consumer -> reach(consumer)
#else
		:: PLAUSIBLE(consumer) && cursor < consumer -> reach(consumer)
#endif
		:: else -> consumer = producer
		fi;
		tell(consumer);
		consumer = 0
	}
}

/* forget is what an attempt leaves behind. */
inline forget() {
	d_step {
		at = 0; bad = 0; crowded = 0; wrong = 0; ok = 0; exact = 0;
		busyPos = (remembers -> busyPos : 0);
		busyLength = (remembers -> busyLength : 0);
		meets = 0
	}
}

proctype Observer() {
	byte cursor, producer, consumer, at, word, now, i;
	byte busyPos, busyLength;
	bit remembers, meets, crowded, bad, ok, exact;
	bit wrong; /* ghost: what was read was not written for where it was read */
#ifdef OVERWRITE
	byte over;
#endif
#ifdef COPY
	byte kept; /* where the record is whose payload will be copied */
	bit keeps;
#endif

	/* Observer.start, oldest */
	read_positions();
	atomic {
#ifdef OVERWRITE
		if
		:: PLAUSIBLE(over) -> cursor = over
		:: else -> cursor = producer
		fi;
#else
		load_consumer(consumer);
		if
		:: producer <= HISTORY && consumer <= producer -> skip
		:: else ->
			if
			:: PLAUSIBLE(consumer) -> reach(consumer); cursor = consumer
			:: else -> cursor = producer
			fi
		fi;
#endif
		told = cursor;
		consumer = 0
	}
	goto walk;

	/* Observer.Observe */
	do
	:: atomic { ended == PRODUCERS && cursor == producer_pos && !remembers -> break }
	:: else ->
		read_positions();

		if /* Observer.lookAtBusy */
		:: remembers ->
			d_step {
				word = data[busyPos & MASK];
				wrong = origin[busyPos & MASK] != busyPos
			}
			d_step {
				now = producer_pos;
				ok = now - busyPos <= CAPACITY;
				now = 0
			}
			if
			:: !ok -> remembers = 0 /* Sink.Unresolved */
			:: ok && !(word & BUSY) && LENGTH(word) == busyLength ->
				assert(!wrong); /* how a record ended is said of that record */
				remembers = 0   /* Sink.Resolved */
			:: else ->
#if defined(WINDOWS) && !defined(BUSY_BY_PRODUCER)
				prove(busyPos); /* Observer.standsBusy */
				if
				:: exact -> skip
				:: else -> remembers = 0; wrong = 0; word = busyLength /* Sink.Unresolved */
				fi;
#endif
				assert(!wrong);                    /* what is called busy is that record */
				assert(LENGTH(word) == busyLength) /* ErrChanged is not said of a ring without fault */
			fi;
			word = 0;
			forget()
		:: else -> skip
		fi;
walk:
		do /* Observer.walk */
		:: cursor == producer || remembers -> break
		:: else ->
			if /* Observer.walkStretch */
#ifdef OVERWRITE
			:: producer - cursor > CAPACITY || cursor < over -> lapped()
#else
			:: producer - cursor > CAPACITY -> lapped()
#endif
			:: else ->
				at = cursor;
				do /* stretch.walk; Ring.loadHeader */
				:: at < producer && !bad && !crowded ->
					atomic {
						word = data[at & MASK];
						wrong = wrong || origin[at & MASK] != at;
						if
						:: at + SPAN(word) > producer || LENGTH(word) < SHORTEST -> bad = 1 /* ErrPastProducer, ErrNoPayload */
						:: else ->
							if
							:: word & BUSY && meets -> crowded = 1
							:: word & BUSY && !meets ->
								meets = 1; busyPos = at; busyLength = LENGTH(word);
								at = at + SPAN(word)
							:: else ->
#ifdef COPY
								if
								:: !keeps -> keeps = 1; kept = at
								:: skip
								fi;
#endif
								at = at + SPAN(word)
							fi
						fi;
						word = 0
					}
				:: else -> break
				od;
				skip; /* spin lets no break lead into a d_step */
				prove(cursor);
				if
				:: ok && (!bad || exact) ->
					d_step {
						assert(!exact || !wrong); /* an accepted batch is not torn, and every header in it is one */
						assert(!bad);             /* nothing is called corrupt in a ring without fault */
						tell(at);                 /* Sink.Batch */
						remembers = meets
					}
				:: else ->
					lapped();
#ifdef COPY
					d_step { keeps = 0; kept = 0 }
#endif
				fi;
				forget()
			fi
		od;

#ifdef COPY
		if /* Observer.Copy */
		:: keeps ->
			d_step {
				word = data[kept & MASK];
				wrong = origin[kept & MASK] != kept
			}
			if
			:: !(word & BUSY) && SPAN(word) <= SIZE ->
				read_payload(kept, LENGTH(word));
				skip;
				prove(kept);
				assert(!exact || !wrong) /* an accepted copy is the payload of that record, and all of it */
			:: else -> skip
			fi;
			d_step { keeps = 0; kept = 0; word = 0 };
			forget()
		:: else -> skip
		fi;
#endif
		producer = 0;
#ifdef OVERWRITE
		over = 0
#endif
	od;
	assert(told == producer_pos);
misled:
	skip
}
