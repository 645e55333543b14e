#if defined(WATCHED) && !defined(ANY_READER)
/*
 * What others see of a reader that follows the rules: the consumer position goes from one finished record to the next. One that gives back
 * several at once is seen the same way by whoever does not look in between.
 */
proctype Reader() {
	do
	:: atomic { consumer_pos < producer_pos && !(data[consumer_pos & MASK] & BUSY) ->
		consumer_pos = consumer_pos + SPAN(data[consumer_pos & MASK]) }
	:: atomic { ended == PRODUCERS && consumer_pos == producer_pos -> break }
	od
}
#endif

#if !defined(WATCHED) && !defined(OVERWRITE)
/*
 * The reader that gives back what it has read: Consumer of ringcore, ringbuf_process_ring of libbpf's src/ringbuf.c, and
 * _process_ring_records of eBPF for Windows. It stops at a busy record.
 */
proctype Consumer() {
	byte at, producer, length, i;
	bit wrong, yields;
	do
	:: atomic { ended == PRODUCERS && at == producer_pos -> break }
	:: else ->
		producer = producer_pos; /* smp_load_acquire(r->producer_pos); Ring.loadProducer */
		do
		:: at < producer ->
			d_step { /* smp_load_acquire(len_ptr); Consumer.Records */
				assert(origin[at & MASK] == at); /* a consumer meets headers and nothing else */
				assert(at + SPAN(data[at & MASK]) <= producer);
				if
				:: data[at & MASK] & BUSY -> producer = at
				:: else ->
					yields = !(data[at & MASK] & DISCARD);
					length = LENGTH(data[at & MASK])
				fi
			}
			if
			:: at == producer -> break
			:: else -> skip
			fi;
			if
			:: yields -> read_payload(at, length)
			:: else -> skip
			fi;
			d_step {
				assert(!wrong); /* what was submitted is complete, and stays until it is given back */
				at = at + length + 1;
				yields = 0;
				length = 0
			}
#ifndef BATCHED
			consumer_pos = at /* libbpf gives back each record */
#endif
		:: else -> break
		od;
		producer = 0;
		consumer_pos = at /* smp_store_release(r->consumer_pos); Consumer.Release */
	od
}
#endif

#if !defined(WATCHED) && defined(OVERWRITE)
/*
 * The reader of a ring in overwrite mode, who follows the comment in __bpf_ringbuf_reserve: Consumer.standing of ringcore. It is lapped, and
 * what it copies counts after a second look at the overwrite position. Its own position matters to nobody.
 *
 * The variant NO_RECHECK must fail.
 */
proctype Consumer() {
	byte at, producer, over, word, i;
	bit wrong;
	do
	:: atomic { ended == PRODUCERS && at == producer_pos -> break }
	:: else ->
		producer = producer_pos;
		do
		:: d_step { over = overwrite_pos; at = (at < over -> over : at); over = 0 }
			if
			:: producer <= at -> break /* read on from a newer producer position */
			:: else -> skip
			fi;
			assert(producer - at <= MASK); /* ErrTooFar is not said of a ring without fault */
			d_step {
				word = data[at & MASK];
				wrong = origin[at & MASK] != at
			}
			if
			:: at + SPAN(word) <= producer && !(word & BUSY) -> read_payload(at, LENGTH(word))
			:: else -> skip
			fi;
#ifndef NO_RECHECK
			over = overwrite_pos;
#endif
			if
			:: at < over -> skip /* what was read may be of a later record */
			:: else ->
				assert(!wrong);                        /* what is yielded is that record, and all of it */
				assert(at + SPAN(word) <= producer);   /* nothing is called wrong in a ring without fault */
				if
				:: word & BUSY -> break
				:: else -> at = at + SPAN(word)
				fi
			fi;
			d_step { over = 0; word = 0; wrong = 0 }
		od;
		producer = 0;
		word = 0
	od
}
#endif
