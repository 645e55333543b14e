/*
 * The observer: Observer of ringcore, in observer.go, stretch.go, busy.go and look.go, on a CPU with strongOrder. The ring is smaller than a
 * stretch, so that a walk is one stretch. Its table of busy records (MaxRemembered) holds one.
 *
 * Variants that must fail: NO_RECHECK, NO_SLACK, TRUST_CONSUMER.
 */

#ifdef NO_SLACK
#define CAPACITY SIZE
#else
#define CAPACITY (SIZE - 1)
#endif

/* Ghost: up to where the sink was told what was seen and what was missed. */
byte told;

/* tell: what is told follows what was told before, so that seen + missed = produced. */
inline tell(to) {
	assert(cursor == told && cursor <= to);
	told = to;
	cursor = to
}

/* prove is Observer.prove: one load, and whether it proves what was read from from on. */
#if defined(NO_RECHECK)
#define PROVEN(from) 1
#elif defined(TRUST_CONSUMER)
#define PROVEN(from) (now <= from)
#else
#define PROVEN(from) (now - from <= CAPACITY)
#endif

inline load_proof() {
#if defined(TRUST_CONSUMER)
	load_consumer(now)
#else
	now = producer_pos
#endif
}

/*
 * boundary asks whether a consumer position is a record boundary. By convention it is one, and nothing else tells: an observer that begins
 * or goes on at a forged one is misled, and the model says nothing about what it shows then.
 */
inline boundary(pos) {
	if
	:: pos == producer || (boundaries >> pos) & 1 -> skip
	:: else -> goto misled
	fi
}

/* lapped is Observer.lapped with nextBoundary; Sink.Lapped. */
inline lapped() {
	producer = producer_pos; /* Ring.readPositions */
	load_consumer(consumer);
	if
	:: consumer <= producer && producer - consumer <= CAPACITY && cursor < consumer -> boundary(consumer)
	:: else -> consumer = producer
	fi;
	d_step { tell(consumer); consumer = 0 }
}

proctype Observer() {
	byte cursor, producer, consumer, at, word, now, i;
	byte busyPos, busyLength;
	bit remembers, meets, crowded, bad;
	bit wrong; /* ghost: what was read was not written for where it was read */
#ifdef COPY
	byte kept; /* where the record is whose payload will be copied */
	bit keeps;
#endif

	/* Observer.start, oldest */
	producer = producer_pos; /* Ring.readPositions */
	load_consumer(consumer);
	if
	:: producer <= CAPACITY && consumer <= producer -> skip
	:: else ->
		if
		:: consumer <= producer && producer - consumer <= CAPACITY -> boundary(consumer); cursor = consumer
		:: else -> cursor = producer
		fi
	fi;
	d_step { told = cursor; consumer = 0 }
	goto walk;

	/* Observer.Observe */
	do
	:: atomic { ended == PRODUCERS && cursor == producer_pos && !remembers -> break }
	:: else ->
		producer = producer_pos; /* Ring.readPositions; it reads the consumer position too, for what is unread */

		if /* Observer.lookAtBusy */
		:: remembers ->
			d_step {
				word = data[busyPos & MASK];
				wrong = origin[busyPos & MASK] != busyPos
			}
			d_step {
				now = producer_pos;
				if
				:: now - busyPos > CAPACITY -> remembers = 0 /* Sink.Unresolved */
				:: else ->
					assert(!wrong);                      /* what is said of a busy record is said of that record */
					assert(LENGTH(word) == busyLength);  /* ErrChanged is not said of a ring without fault */
					remembers = (word & BUSY) != 0       /* Sink.Resolved */
				fi;
				if
				:: remembers -> skip
				:: else -> busyPos = 0; busyLength = 0
				fi;
				word = 0;
				wrong = 0;
				now = 0
			}
		:: else -> skip
		fi;
walk:
		do /* Observer.walk */
		:: cursor == producer || remembers -> break
		:: else ->
			if /* Observer.walkStretch */
			:: producer - cursor > CAPACITY -> lapped()
			:: else ->
				at = cursor;
				do /* stretch.walk; Ring.loadHeader */
				:: at < producer && !bad && !crowded ->
					atomic {
						word = data[at & MASK];
						wrong = wrong || origin[at & MASK] != at;
						if
						:: at + SPAN(word) > producer -> bad = 1 /* ErrPastProducer */
						:: at + SPAN(word) <= producer && word & BUSY && meets -> crowded = 1
						:: at + SPAN(word) <= producer && word & BUSY && !meets ->
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
						fi;
						word = 0
					}
				:: else -> break
				od;
				load_proof();
				if
				:: PROVEN(cursor) ->
					d_step {
						assert(!wrong); /* an accepted batch is not torn, and every header in it is one */
						assert(!bad);   /* nothing is called corrupt in a ring without fault */
						tell(at);       /* Sink.Batch */
						remembers = meets;
						meets = 0; crowded = 0; at = 0; now = 0
					}
				:: else ->
					d_step {
						meets = 0; busyPos = 0; busyLength = 0; crowded = 0; bad = 0; wrong = 0; at = 0; now = 0
					};
#ifdef COPY
					d_step { keeps = 0; kept = 0 };
#endif
					lapped()
				fi
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
				load_proof();
				assert(!PROVEN(kept) || !wrong) /* an accepted copy is the payload of that record, and all of it */
			:: else -> skip
			fi;
			d_step { wrong = 0; keeps = 0; kept = 0; word = 0; now = 0 }
		:: else -> skip
		fi;
#endif
		producer = 0
	od;
	assert(told == producer_pos);
misled:
	skip
}
