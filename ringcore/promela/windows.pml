/*
 * A producer of eBPF for Windows: ebpf_ring_buffer_reserve and ebpf_ring_buffer_submit of libs/runtime/ebpf_ring_buffer.c. Records without
 * payload do not exist, and all of the ring can be in use.
 *
 * Variants that must fail: NO_SWAP, NO_TURN, PUBLISH_FIRST, and ANY_READER, as nothing else protects a record here.
 */

byte reserve_pos; /* producer_reserve_offset, which no user space sees */

#define NEW (at + length + 1)

inline publish() {
	d_step {
		assert(producer_pos == at); /* every reservation is published once, and in order */
		producer_pos = NEW
	}
}

proctype Producer(byte who) {
	byte length, consumer, at, i;
	bit won;
	do
	:: reserve_pos + SHORTEST + 1 <= END ->
		choose(who, length);
		do
		:: !won ->
			load_consumer(consumer); /* consumer_offset, without a fence */
			at = reserve_pos;        /* ReadULong64Acquire(&ring->producer_reserve_offset) */
			if
			:: NEW > END || NEW - consumer > SIZE || NEW < consumer -> break /* EBPF_NO_MEMORY; the end of the model is a refusal too */
			:: else -> skip
			fi;
#ifdef NO_SWAP
			reserve_pos = NEW;
			won = 1
#else
			atomic { /* compare-exchange of producer_reserve_offset */
				if
				:: reserve_pos == at -> reserve_pos = NEW; won = 1
				:: else -> skip /* another one was faster, and the consumer may have gone on */
				fi;
				consumer = 0
			}
#endif
		:: won -> break
		od;
		if
		:: won ->
#ifdef PUBLISH_FIRST
			producer_pos == at;
			publish();
#endif
			d_step { /* record->header.page_offset and .length, with the lock bit */
				touch(who, at);
				data[at & MASK] = BUSY | length;
				origin[at & MASK] = at;
				hold(who, at, length + 1)
			}
#ifndef PUBLISH_FIRST
#ifndef NO_TURN
			producer_pos == at; /* spins until it is its turn */
#endif
			publish();          /* WriteULong64Release(&ring->producer_offset) */
#endif
			write_payload(who, at, length);
			d_step { /* WriteULongRelease in ebpf_ring_buffer_submit, or _discard */
				data[at & MASK] = length | FLAG(who);
				drop(who)
			}
		:: else -> skip
		fi;
		at = 0; length = 0; consumer = 0; won = 0
	:: reserve_pos + SHORTEST + 1 > END -> break
	od;
	atomic {
		ended++;
		assert(ended < PRODUCERS || producer_pos == reserve_pos) /* nothing that was reserved is lost */
	}
}
