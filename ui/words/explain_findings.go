package words

import "ringscope/model"

// ofFindings explains the list of findings and the panes.
var ofFindings = map[Topic]Explanation{
	TopicSeverity: {
		What:   "▲ problem: events are lost or late, now or soon. △ warning: look at it before it becomes one. ○ hint: it costs something.",
		Known:  "Each kind of finding has its fixed severity.",
		Normal: "None. Hints are no reason to get up at night.",
		Next:   "The worst stands in line 2.",
	},
	TopicSince: {
		What:   "When it began and ended. ≥: it was already so when watching began.",
		Known:  "From the looks; an end is said some seconds late, against flicker.",
		Normal: "Short ones come with bursts.",
		Next:   "[ and ] jump there, with the records of that moment.",
	},
	TopicCode: {
		What:   "The name of the finding in JSON, for scripts: stat --json, check --json.",
		Known:  "Fixed: it is part of the contract of the JSON.",
		Normal: "It never changes, the words may.",
		Next:   "data beside it in JSON has the evidence as numbers.",
	},
	TopicTab: {
		What:   "What the lower part of the screen shows; ▲ and △ count the findings that stand.",
		Known:  "You choose: its number, or tab.",
		Normal: "records.",
		Next:   "findings has what was wrong and is no longer.",
	},
}

// causes says what each kind of finding means.
var causes = map[model.Code]Explanation{
	model.ConsumerSlow: {
		What:   "For seconds the reader has taken less than came in, and the ring fills. Once full, events are refused and lost without a trace.",
		Known:  "The troughs of the fill rise, or it stays near full though the reader reads.",
		Normal: "out follows in; the fill falls back after each burst.",
		Next:   "The reader's share of a core, and the lengths that take most bytes.",
	},
	model.ConsumerStalled: {
		What:   "Finished records wait at the head, and the reader takes none, though nothing is in its way.",
		Known:  "Consumer position unmoved: 1 s if over half full, else 10 s.",
		Normal: "A reader that flushes every few seconds is let be.",
		Next:   "The reader pane: stopped by a signal, blocked, or running elsewhere?",
	},
	model.NoConsumer: {
		What:   "Records wait, and no process could take them: none maps the consumer page writable.",
		Known:  "From /proc/PID/maps of all processes that ringscope can see.",
		Normal: "One reader. In overwrite mode none is needed.",
		Next:   "Has the program crashed that reads? Its log, systemctl status.",
	},
	model.ReaderAsleep: {
		What:   "Records wait while a thread of the reader sleeps in poll or epoll on this very ring: nobody woke it.",
		Known:  "The kernel lists who waits; the consumer position stands still.",
		Normal: "A submit wakes a reader that has caught up, if its flags allow it.",
		Next:   "The wake-up flags of the submits in the writers pane.",
	},
	model.HeadBusy: {
		What:   "The record that the reader must take next was reserved and not submitted or discarded. Everything behind it waits.",
		Known:  "Its busy bit has been set at each look for 0.1 s or longer.",
		Normal: "Microseconds between reserve and submit.",
		Next:   "Which program reserves this length, and what it does before it submits.",
	},
	model.ReserveBlocked: {
		What:   "An old unfinished record spans the ring: the kernel refuses new ones that would overtake it, though there is room.",
		Known:  "From the oldest busy record found by walking; since kernel 6.10.",
		Normal: "No record stays busy while the ring goes round once.",
		Next:   "The program that reserved it: sleeping, preempted, or stuck in a loop?",
	},
	model.DropsCounted: {
		What:   "The ring refused events, and somebody counted them: the program, a probe or the simulation. They are lost.",
		Known:  "The sentence says who counts; the kernel itself never does.",
		Normal: "0.",
		Next:   "Is it full all the time (slow reader) or at peaks (burst)?",
	},
	model.DropProne: {
		What:   "At some looks the largest record lately would not have fitted. If one came just then, it was lost.",
		Known:  "Free room at each look of the last 10 s; refusals nobody counted.",
		Normal: "Room for the largest record at every look.",
		Next:   "worst and its time; have the program count failed reserves.",
	},
	model.Overwritten: {
		What:   "In overwrite mode new records replace the oldest: these were replaced before the reader had taken them.",
		Known:  "The overwrite position has passed the consumer position.",
		Normal: "A recorder without a reader overwrites all the time: no finding.",
		Next:   "Does the reader read all the time, or only when asked?",
	},
	model.ManyReaders: {
		What:   "A ring has one consumer position. With two readers each misses what the other takes, or takes it twice.",
		Known:  "Two processes map it writable, or the position went backwards.",
		Normal: "One reader.",
		Next:   "The reader pane names the processes: which one is meant to read?",
	},
	model.PositionInvalid: {
		What:   "A position can't be right: ahead of the producer's, no multiple of 8, too far behind, or it leapt.",
		Known:  "Read from its page; any program may write the consumer's.",
		Normal: "Between producer - size and producer, a multiple of 8.",
		Next:   "A second reader, or a reader with a bug. No other figure can be trusted.",
	},
	model.Corrupt: {
		What:   "Where a header must stand, something else does: its length or its page offset is impossible.",
		Known:  "Each header's length must fit, and its page offset its place.",
		Normal: "Never: the kernel writes headers, programs can't.",
		Next:   "dmesg; or the ring is of another format than was thought.",
	},
	model.OwnerGone: {
		What:   "No process, program or pin held the ring any more, only ringscope did. It let go, and the kernel freed it.",
		Known:  "Ringscope let go of it and looked again: it was gone.",
		Normal: "When the program ends.",
		Next:   "Did it crash? Its log. watch name:NAME waits for its restart.",
	},
	model.ViewGaps: {
		What:   "Ringscope did not see everything: records were overwritten before it looked. The reader lost nothing by it.",
		Known:  "The producer position moved more than a ring between two looks.",
		Normal: "None; or in small rings at full speed.",
		Next:   "A shorter --interval; is this host short of CPU?",
	},
	model.Burst: {
		What:   "Much came within a second and nearly filled the ring, though the reader keeps up on average.",
		Known:  "From the fill of every 0.1 s, before and after.",
		Normal: "Peaks below half of the ring.",
		Next:   "A larger ring holds it; what came then? [ jumps there.",
	},
	model.Undersized: {
		What:   "At its worst the ring was nearly full, and no slow or stuck reader explains it: little room was left.",
		Known:  "From the fullest look; ≥ once it was full.",
		Normal: "A worst below half.",
		Next:   "max_entries in the program: the next powers of two.",
	},
	model.DiscardHeavy: {
		What:   "Much is reserved and then thrown away. Discarded records take room and time like others until they are skipped.",
		Known:  "Exact: the discard bit of each header that was finished lately.",
		Normal: "Below 20 %.",
		Next:   "The discards in the writers pane: filter before the reserve.",
	},
	model.OversizedRecord: {
		What:   "Most payload bytes are zeros at the end: programs reserve far more than they fill, and the ring holds fewer events.",
		Known:  "~ a sample of the newest payloads, not of all.",
		Normal: "Below half.",
		Next:   "The lengths pane; copy only what is used, with bpf_ringbuf_output.",
	},
	model.WakeupPerRecord: {
		What:   "The reader is woken for every record or two: waking it costs the writers far more than writing.",
		Known:  "Records per voluntary switch of the reader's thread.",
		Normal: "Tens of records per wake-up under load.",
		Next:   "Wake it less: BPF_RB_NO_WAKEUP, and one FORCE_WAKEUP per batch.",
	},
	model.Oversized: {
		What:   "After ten minutes of traffic the fullest look used a small part: the ring could be smaller.",
		Known:  "From the fullest of all looks.",
		Normal: "A worst between 5 % and 50 %.",
		Next:   "Wait for the busiest hour before it is made smaller.",
	},
}
