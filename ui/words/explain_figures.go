package words

// ofFigures explains the figures.
var ofFigures = map[Topic]Explanation{
	TopicLost: {
		What:   "Events that the ring refused for lack of room: bpf_ringbuf_reserve gave NULL, or bpf_ringbuf_output an error.",
		Known:  "The kernel keeps no count. ? until the program or a probe counts.",
		Normal: "? beside \"fitted each look\": there was room whenever anybody looked.",
		Next:   "worst: was it ever full? Count failed reserves in the program.",
	},
	TopicFull: {
		What:   "The bytes that wait for the reader, of the ring's size: producer position minus consumer position.",
		Known:  "Exact: both positions are read from the ring's own pages.",
		Normal: "A few percent, with peaks. At size - 8 bytes new records are refused.",
		Next:   "full in, and out beside in: does the reader keep up?",
	},
	TopicWorst: {
		What:   "The most that was in use at any look since watching began, and when.",
		Known:  "Exact at each look; between two looks it may have been more.",
		Normal: "Below half: there is room for a burst twice as large.",
		Next:   "Go back to that time with left, and look what came in.",
	},
	TopicTimeToFull: {
		What:   "How long until no room is left, if records come and are read as in the last seconds.",
		Known:  "Estimated (~): free bytes by what comes in more than goes out.",
		Normal: "- : the ring does not fill.",
		Next:   "in and out; the reader's share of a core.",
	},
	TopicIn: {
		What:   "What the programs reserve each second: records, and bytes with headers, padding and discarded records.",
		Known:  "Exact: the producer position moves by it; headers are counted.",
		Normal: "Whatever the workload is. The chart shows if it is even or in bursts.",
		Next:   "The lengths pane: what kind of records take the bytes.",
	},
	TopicOut: {
		What:   "What the reader releases each second. Discarded records are skipped, but released as well.",
		Known:  "Exact: the consumer position moves by it.",
		Normal: "As much as comes in. Less for seconds means the ring fills.",
		Next:   "The reader pane: is it at its limit, or does it wait?",
	},
	TopicUnread: {
		What:   "How many records wait between the consumer and the producer position.",
		Known:  "Counted when first met; ~ where the reader moved meanwhile.",
		Normal: "0 or a handful with a reader that is woken; more if it polls.",
		Next:   "oldest: for how long the first of them has waited.",
	},
	TopicOldest: {
		What:   "How long the next record to be read has been waiting: the delay with which events arrive at the reader.",
		Known:  "Since a look first found it; ≥ if it stood there before.",
		Normal: "Milliseconds, or up to the reader's own timeout.",
		Next:   "If it grows: busy at the head, or a reader that sleeps.",
	},
	TopicBusy: {
		What:   "Records that are reserved and not yet submitted or discarded. The reader must stop at the first of them.",
		Known:  "Bit 31 of each header; how long since a look first found it.",
		Normal: "0, or a few for microseconds.",
		Next:   "One at the head for over 0.1 s holds up everything behind it.",
	},
	TopicWaste: {
		What:   "Room that carries nothing to the reader: discarded records, and the 8-byte headers with padding.",
		Known:  "Exact shares of the bytes that came in over the last second.",
		Normal: "A few percent discarded; 10 % headers and padding at 64 bytes.",
		Next:   "The lengths pane has the zeros at the end of payloads too.",
	},
	TopicReader: {
		What:   "The process that takes the records out: it maps the consumer page writable. Ringscope maps it read-only and is none.",
		Known:  "From /proc/PID/maps, on opening and every 10 s; out of sight: ?.",
		Normal: "One process. None: nobody reads. Two miss each other's records.",
		Next:   "The reader pane: its threads, what they do, what they wait for.",
	},
	TopicLook: {
		What:   "How often ringscope reads the positions and the new headers, lately.",
		Known:  "Measured: the median of the last looks.",
		Normal: "A small part of the time in which the ring could go round.",
		Next:   "--interval sets another; view says if it was too long.",
	},
	TopicCost: {
		What:   "The CPU time that ringscope itself uses, with its screen.",
		Known:  "Measured by the kernel, over the time that it has watched.",
		Normal: "A few percent of one core; next to nothing while nothing moves.",
		Next:   "A longer --interval costs less, and may have gaps.",
	},
	TopicWindow: {
		What:   "The time over which rates are taken: what happened in it, divided by its length.",
		Known:  "From the times of the looks at its two ends.",
		Normal: "1 s; shorter just after the start.",
		Next:   "The charts beside in and out show the last 10 s.",
	},
}
