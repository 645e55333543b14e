/*
 * A producer of Linux: __bpf_ringbuf_reserve and bpf_ringbuf_commit of kernel/bpf/ringbuf.c, which Producer.Reserve and
 * Producer.commit of ringcore follow. With OVERWRITE it is that of a ring made with BPF_F_RB_OVERWRITE.
 *
 * Variants that must fail: NO_PENDING, PUBLISH_FIRST, and OVERWRITE_POS_LATE, by which the overwrite position is stored after the header (1),
 * the producer position (2) or the payload (3). The first does no harm by itself: that header lies in the 8 bytes that are always free. It
 * needs NO_SLACK_LEFT, by which they are not.
 */

byte pending_pos;
byte overwrite_pos;
bit lock; /* rb->spinlock */

/* How many units can be in use at most. */
#ifdef NO_SLACK_LEFT
#define ROOM SIZE
#else
#define ROOM MASK
#endif

/* New is the position behind the record, new_prod_pos. */
#define NEW (at + length + 1)

#ifdef NO_PENDING
#define BLOCKED 0
#else
#define BLOCKED (NEW - pending_pos > ROOM)
#endif

/* In unsigned arithmetic a consumer position ahead of the new one is as far away as can be. */
#ifdef ANY_READER
#define FULL 0
#else
#define FULL (NEW - consumer > ROOM || NEW < consumer)
#endif

/* publish is smp_store_release(&rb->producer_pos, new_prod_pos). */
inline publish() {
	producer_pos = NEW
}

#ifdef OVERWRITE
inline store_overwrite() {
	d_step {
		overwrite_pos = over;
		over = 0
	}
}
#endif

proctype Producer(byte who) {
	byte length, consumer, at, i;
#ifdef OVERWRITE
	byte over;
#endif
	do
	:: producer_pos < END ->
		choose(who, length);
#ifndef ANY_READER /* who may be told anything may as well not ask; in overwrite mode no producer does */
		load_consumer(consumer);
#endif
		atomic { /* raw_res_spin_lock_irqsave; Producer.lock. What is read beside it changes under the lock only */
			lock == 0 ->
			lock = 1;
			at = producer_pos
		}
		do /* READ_ONCE(hdr->len) while pend_pos < prod_pos; Producer.advancePending */
		:: atomic { pending_pos < at && !(data[pending_pos & MASK] & BUSY) ->
			pending_pos = pending_pos + SPAN(data[pending_pos & MASK]) }
		:: else -> break
		od;

		if /* bpf_ringbuf_has_space; the end of the model is a refusal too */
		:: atomic { NEW > END || BLOCKED || FULL ->
			lock = 0; /* raw_res_spin_unlock_irqrestore */
			consumer = 0;
			at = 0;
			length = 0 }
		:: atomic { else ->
			consumer = 0;
#ifdef OVERWRITE
			/* The headers that are stepped over are not busy, and only the holder of the lock writes others in their place. */
			over = overwrite_pos;
			do
			:: NEW - over > ROOM -> over = over + SPAN(data[over & MASK])
			:: else -> break
			od
#endif
			}
#if defined(OVERWRITE) && OVERWRITE_POS_LATE < 1
			store_overwrite(); /* WRITE_ONCE(rb->overwrite_pos, over_pos) */
#endif
#ifdef PUBLISH_FIRST
			publish();
#endif
			d_step { /* hdr->len and hdr->pg_off; Producer.storeHeader */
				touch(who, at);
				data[at & MASK] = BUSY | length;
				origin[at & MASK] = at;
				hold(who, at, length + 1)
			}
#if OVERWRITE_POS_LATE == 1
			store_overwrite();
#endif
#if OVERWRITE_POS_LATE == 2
			publish();
			store_overwrite();
			lock = 0;
#else
			d_step {
#ifndef PUBLISH_FIRST
				publish();
#endif
				lock = 0 /* raw_res_spin_unlock_irqrestore: with the store before it, as nothing of this producer comes between */
			}
#endif
			write_payload(who, at, length);
#if OVERWRITE_POS_LATE == 3
			store_overwrite();
#endif
			d_step { /* xchg(&hdr->len, new_len) in bpf_ringbuf_commit; Producer.commit */
				data[at & MASK] = length | FLAG(who);
				drop(who);
				at = 0;
				length = 0
			}
		fi
	:: producer_pos >= END -> break
	od;
	ended++
}
