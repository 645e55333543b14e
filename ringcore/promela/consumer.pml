/*
 * The reader that gives back what it has read: Consumer of ringcore, ringbuf_process_ring of libbpf's src/ringbuf.c, and
 * _process_ring_records of eBPF for Windows. It stops at a busy record.
 */
#ifndef ANY_READER
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

/*
 * Reader is what the others see of such a consumer: the consumer position goes from one finished record to the next. One that gives back
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
