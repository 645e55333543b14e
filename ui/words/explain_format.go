package words

import (
	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
)

// variants are the rings of which something else is true than what the explanations say, which are about a ring of the kernel that BPF
// programs write and that refuses what does not fit. The first that has a topic explains it.
var variants = []struct {
	is func(r *model.Ring) bool
	of map[Topic]Explanation
}{
	{isFile, inFiles},
	{Overwrites, inOverwriteMode},
	{IsUserRing, inUserRings},
	{func(r *model.Ring) bool { return is(r, ringcore.KindWindowsLegacyPacked) }, inLegacyPacked},
	{isLegacy, inLegacy},
	{OfWindows, inWindows},
	{IsUserRing, headerInUserRings},
	{func(r *model.Ring) bool { return is(r, ringcore.KindWindowsLegacyPacked) }, headerInLegacyPacked},
	{isLegacy, headerInLegacy},
	{func(r *model.Ring) bool { return r != nil && r.Geometry.ZeroPageOffsets }, headerWithoutPageOffsets},
	{OfWindows, headerInWindows},
}

func is(r *model.Ring, k ringcore.Kind) bool {
	return r != nil && r.Format != nil && r.Format.Kind == k
}

// Overwrites reports whether old records of the ring make room for new ones.
func Overwrites(r *model.Ring) bool { return r != nil && r.Geometry.OverwriteMode }

// OfWindows reports whether a ring is one of eBPF for Windows: what Linux has for its programs and readers does not help with it.
func OfWindows(r *model.Ring) bool {
	return r != nil && r.Format != nil && r.Format.Kind != ringcore.KindLinux
}

// Pads reports whether records of the ring are padded: they are where each begins at a multiple of more than a byte.
func Pads(r *model.Ring) bool { return r == nil || r.Format == nil || r.Format.Align > 1 }

func isLegacy(r *model.Ring) bool { return OfWindows(r) && !Pads(r) }

func isFile(r *model.Ring) bool { return r != nil && r.Source == model.SourceFile }

// IsUserRing reports whether a process writes the ring and the kernel reads it, when a BPF program drains it.
func IsUserRing(r *model.Ring) bool { return r != nil && r.Type == model.TypeUserRingbuf }

// variant is the explanation of a topic that is true of this ring only.
func variant(c text.Charset, t Topic, r *model.Ring) (Explanation, bool) {
	if t == TopicFormat && r != nil && r.Format != nil {
		return formatOf(c, r), true
	}
	for _, v := range variants {
		if e, ok := v.of[t]; ok && v.is(r) {
			return e, true
		}
	}
	return Explanation{}, false
}

// layouts say in a sentence how records stand in memory.
var layouts = map[ringcore.Kind]string{
	ringcore.KindLinux:               "linux: an 8-byte header (length with two bits, page offset), then the payload, padded to a multiple of 8.",
	ringcore.KindWindows:             "windows: the header of Linux; its page offset counts from the data, and all of the ring can be in use.",
	ringcore.KindWindowsLegacy:       "windows-legacy, to v0.20: 8 bytes with two bits and a length that counts them, then the payload, unpadded.",
	ringcore.KindWindowsLegacyPacked: "windows-legacy-packed: that of legacy as gcc packs it into 4 bytes. No driver wrote it.",
}

// longestNamed is how many cells of what a file calls its format are said.
const longestNamed = 20

// formatOf explains a ring's format, and how sure it is.
func formatOf(c text.Charset, r *model.Ring) Explanation {
	e := Explanation{
		What:   "How records stand in memory. " + layouts[r.Format.Kind],
		Known:  "Told by who made the ring; each header that is read is checked against it.",
		Normal: "linux for every ring of a Linux kernel.",
		Next:   "enter on a record shows its bits, v there every format.",
	}
	if r.Source == model.SourceBPF {
		e.Known = "It is a ring of this kernel, which has no other; each header is checked against it."
	}
	named := ""
	switch own := c.Cut(c.Safe(r.FormatNamed), longestNamed); {
	case r.Source != model.SourceFile || r.FormatNamed == r.Format.Name:
	case own == "":
		named = " The file itself does not say."
	default:
		named = " The file itself calls it " + own + "."
	}
	switch r.FormatHow {
	case model.FormatAsked:
		e.Known = "You said so with --format." + named
		e.Normal = "Headers that fit. WRONG HEADER says that it is another format."
	case model.FormatFound:
		e.Known = "Found: its records can be read in this format and in no other." + named
		e.Normal = "Told by who made the ring: linux for every ring of a Linux kernel."
	case model.FormatLikely:
		e.Known = "Likely: of the formats it fits best, but few records tell, or one is wrong." + named
		e.Normal = "Told, or found. --format says which it is if this guess is wrong."
	}
	return e
}

// inFiles is true of rings in files.
var inFiles = map[Topic]Explanation{
	FindingTopic(model.OwnerGone): {
		What:   "No process serves this file any more, or it is a copy that nobody ever served. What was left in it is shown.",
		Known:  "Who serves a file holds a lock on it: there is none.",
		Normal: "For a copy, and when the program ends.",
		Next:   "space and the records: they can be read as they were left.",
	},
}

// inOverwriteMode is true of rings of which old records make room for new ones.
var inOverwriteMode = map[Topic]Explanation{
	TopicLost: {
		What:   "Events that the ring refused. In overwrite mode only an old unfinished record is in the way; all others make room.",
		Known:  "The kernel keeps no count. ? until the program or a probe counts.",
		Normal: "What was replaced before the reader came stands beside it, in bytes.",
		Next:   "busy: is a record unfinished for long?",
	},
	TopicFull: {
		What:   "What the reader has not taken, of the records that still stand: from its position, or from O if that is ahead, to P.",
		Known:  "Exact: the positions are read from the ring's own pages.",
		Normal: "Anything up to 100 %: nothing is refused for it.",
		Next:   "Does anybody read? What a reader misses is a finding.",
	},
	TopicWorst: {
		What:   "The most that stood unread at any look since watching began, and when.",
		Known:  "Exact at each look; between two looks it may have been more.",
		Normal: "Near 100 % once it has gone round without being read.",
		Next:   "Go back to that time with left, and look what came in.",
	},
	TopicOut: {
		What:   "What the reader passes each second, without what was overwritten before it came: that it did not get.",
		Known:  "From the consumer position; ≤ and ? where it may have been overtaken.",
		Normal: "As much as comes in, or nothing where nobody reads.",
		Next:   "The reader pane: is it at its limit, or does it wait?",
	},
	TopicUnread: {
		What:   "How many records stand that the reader has not taken: from its position, or from O if that is ahead, to P.",
		Known:  "Counted when first met; ~ where the reader moved meanwhile.",
		Normal: "Many, where nobody reads. They are not lost before O passes them.",
		Next:   "oldest: for how long the first of them has waited.",
	},
	TopicShapeUnread: {
		What:   "Full thickness: records that stand and that the reader has not taken.",
		Known:  "From the consumer position, or from O if that is ahead, to P.",
		Normal: "All of the ring, where nobody reads.",
		Next:   "full and unread have it as figures.",
	},
	TopicShapeFree: {
		What:   "Thin: records that have been read and still stand. New ones replace them, the oldest first.",
		Known:  "Between the overwrite and the consumer position.",
		Normal: "Most of the ring with a fast reader, none without one.",
		Next:   "g and up: records that were already read.",
	},
	TopicConsumer: {
		What:   "C: how far the reader has got, in bytes since the ring was made. What O has passed it has not got.",
		Known:  "Exact. The reader writes it into its own page, so a bug can spoil it.",
		Normal: "Without a reader it stands still, and that is no fault.",
		Next:   "O: where the oldest record that survives begins.",
	},
	TopicReader: {
		What:   "The process that takes the records out: it maps the consumer page writable. libbpf and cilium/ebpf can't yet.",
		Known:  "From /proc/PID/maps, on opening and every 10 s; out of sight: ?.",
		Normal: "None: such rings are read when something has happened.",
		Next:   "The reader pane: its threads, what they do, what they wait for.",
	},
}

// inUserRings is true of rings that a process writes and BPF programs read.
var inUserRings = map[Topic]Explanation{
	TopicReader: {
		What:   "The kernel reads this ring, and only while a BPF program runs bpf_user_ringbuf_drain. No process does.",
		Known:  "From the type of the map: USER_RINGBUF.",
		Normal: "It takes all that waits each time that the program runs.",
		Next:   "The reader pane: which programs use this ring.",
	},
	FindingTopic(model.ConsumerStalled): {
		What:   "Finished records wait, and the kernel takes none: bpf_user_ringbuf_drain is not called, or refuses.",
		Known:  "Consumer position unmoved: 1 s if over half full, else 10 s.",
		Normal: "A program that drains every few seconds is let be.",
		Next:   "Is the program that drains attached, and does what it hooks happen?",
	},
	FindingTopic(model.ConsumerSlow): {
		What:   "For seconds the kernel has drained less than came in, and the ring fills. Once full, the process can't reserve.",
		Known:  "The troughs of the fill rise, or it stays near full though it is read.",
		Normal: "out follows in; the fill falls back after each drain.",
		Next:   "How often does the program that drains run?",
	},
	TopicLost: {
		What:   "Events that the ring had no room for: user_ring_buffer__reserve gave NULL. The process that writes knows it at once.",
		Known:  "Nobody keeps a count. ? until the process counts.",
		Normal: "? beside \"fitted each look\": there was room whenever anybody looked.",
		Next:   "worst: was it ever full?",
	},
	TopicSize: {
		What:   "The bytes of the data area, a power of two. All of them can be in use, and each record takes 8 bytes of header.",
		Known:  "From the kernel; it can't change while the ring lives.",
		Normal: "It is a size in bytes, not a number of records.",
		Next:   "worst: how much of it was needed so far.",
	},
	TopicFull: {
		What:   "The bytes that wait for the kernel, of the ring's size: producer position minus consumer position.",
		Known:  "Exact: both positions are read from the ring's own pages.",
		Normal: "A few percent, with peaks. At 100 % there is no room.",
		Next:   "full in, and out beside in: is it drained often enough?",
	},
	TopicConsumer: {
		What:   "C: how far the kernel has read, in bytes since the ring was made. It only grows.",
		Known:  "Exact, from the page that only the kernel may write.",
		Normal: "It moves when a BPF program calls bpf_user_ringbuf_drain.",
		Next:   "If it stands still while P moves: is that program called?",
	},
	TopicProducer: {
		What:   "P: how far the process has reserved, in bytes since the ring was made.",
		Known:  "Read from a page that any process that holds the ring may write.",
		Normal: "It grows with every record and never shrinks.",
		Next:   "in: how fast it moves.",
	},
	FindingTopic(model.Corrupt): {
		What:   "Where a header must stand, something else does: its length is impossible. The kernel stops reading there.",
		Known:  "Each header's length must fit into what has been written.",
		Normal: "Never with libbpf. Any process that holds the ring can write it.",
		Next:   "Which process writes, and does a second one write beside it?",
	},
	FindingTopic(model.PositionInvalid): {
		What:   "The producer position can't be right: behind the kernel's, no multiple of 8, or too far ahead.",
		Known:  "Any process that holds the ring may write it; only the kernel C.",
		Normal: "Between consumer and consumer + size, a multiple of 8.",
		Next:   "Which process writes it, and do two? No other figure can be trusted.",
	},
}

// inWindows is true of all rings of eBPF for Windows, where the maps below do not say otherwise.
var inWindows = map[Topic]Explanation{
	TopicSize: {
		What:   "The bytes of the data area, a power of two. All of them can be in use, and each record takes 8 bytes of header.",
		Known:  "From who made the ring; it can't change while the ring lives.",
		Normal: "256 KiB to 16 MiB. It is a size in bytes, not a number of records.",
		Next:   "worst: how much of it was needed so far.",
	},
	TopicLost: {
		What:   "Events that the ring refused for lack of room: ebpf_ring_buffer_reserve gave EBPF_NO_MEMORY, bpf_ringbuf_output an error.",
		Known:  "The driver keeps no count. ? until the program counts.",
		Normal: "? beside \"fitted each look\": there was room whenever anybody looked.",
		Next:   "worst: was it ever full? Count failures in the program.",
	},
	TopicFull: {
		What:   "The bytes that wait for the reader, of the ring's size: producer position minus consumer position.",
		Known:  "Exact: both positions are read from the ring's own pages.",
		Normal: "A few percent, with peaks. At 100 % new records are refused.",
		Next:   "full in, and out beside in: does the reader keep up?",
	},
	TopicProducer: {
		What:   "P: how far records are reserved, in bytes since the ring was made. Writers reserve side by side and publish in turn.",
		Known:  "Exact. How far they have reserved before they publish can't be seen.",
		Normal: "It grows with every record and never shrinks.",
		Next:   "in: how fast it moves.",
	},
	TopicShapeFree: {
		What:   "Thin: free room. Its records have been read; their bytes stay readable until they are overwritten.",
		Known:  "Behind the consumer position. Not proven: writers may be ahead of P.",
		Normal: "Most of the ring.",
		Next:   "g and up: records that were already read, marked ~.",
	},
	TopicReader: {
		What:   "The process that takes the records out and moves the consumer position. Ringscope only looks and is none.",
		Known:  "Told by who serves the ring: rings of Windows come as files or simulated.",
		Normal: "One process. None: nobody reads. Two miss each other's records.",
		Next:   "The reader pane: its threads, what they do, what they wait for.",
	},
	TopicWakeUp: {
		What:   "Whom the call wakes. adaptive: the reader, if anything waits. none: nobody. forced: the reader, each time.",
		Known:  "Told by who serves the ring.",
		Normal: "adaptive, which on Windows sets the reader's event at each submit.",
		Next:   "The reader pane: records per wake-up, and its state.",
	},
	TopicProgram: {
		What:   "A program that writes this ring, with its id.",
		Known:  "Told by who serves the ring.",
		Normal: "One to a dozen.",
		Next:   "Its calls, one a line: what each asks for.",
	},
	TopicSite: {
		What:   "A place in what writes that reserves, submits, discards or outputs a record of this ring.",
		Known:  "Told by who serves the ring. Programs on Windows can only output; the driver reserves and submits for them.",
		Normal: "A reserve, and a submit or discard that follows it.",
		Next:   "Its source line, where there is one.",
	},
	TopicCall: {
		What:   "reserve: asks for room. submit: hands the record over. discard: throws it away. output: copies a finished record in.",
		Known:  "Told by who serves the ring.",
		Normal: "Each reserve is followed by submit or discard on every path.",
		Next:   "Long work between reserve and submit holds up the reader.",
	},
	TopicAsked: {
		What:   "The payload bytes that this call asks for, where it is always the same.",
		Known:  "Told by who serves the ring; ? where it is not the same each time.",
		Normal: "The size of one struct.",
		Next:   "zeros at the end: is so much needed?",
	},
	TopicProcess: {
		What:   "A process that moves the consumer position: only such a process can take records.",
		Known:  "Told by who serves the ring.",
		Normal: "Exactly one.",
		Next:   "Its threads: which of them reads, and what it does.",
	},
	TopicThread: {
		What:   "One thread of a reading process. First those that wait for this ring, then the ones that use most CPU.",
		Known:  "Told by who serves the ring.",
		Normal: "One of them reads the ring; nothing marks it while it runs.",
		Next:   "Its state and its share of a core.",
	},
	TopicThreadState: {
		What:   "running: on a CPU or waiting for one. sleeping: waits for something. blocked: can't be interrupted. stopped: suspended.",
		Known:  "Told by who serves the ring.",
		Normal: "sleeping between records, running while it works.",
		Next:   "stopped: resume it. blocked: what does it wait for?",
	},
	TopicShare: {
		What:   "How much of one CPU core the thread used, lately.",
		Known:  "~ told by who serves the ring, over 1 s or more.",
		Normal: "Well below 100 %: then it has time left for more records.",
		Next:   "Near 100 %: too much work per event. Low and behind: it waits for something else.",
	},
	TopicCore: {
		What:   "The CPU on which the thread ran last.",
		Known:  "Told by who serves the ring.",
		Normal: "It moves about, unless it is pinned.",
		Next:   "Is that CPU busy with the writers?",
	},
	TopicSwitches: {
		What:   "How often per second the thread gave up its CPU because it had to wait. Each is about one wake-up.",
		Known:  "Told by who serves the ring.",
		Normal: "A few to some thousands a second.",
		Next:   "records per wake-up: how much it takes each time.",
	},
	TopicWaiters: {
		What:   "How many threads sleep until this ring's event is set.",
		Known:  "Told by who serves the ring.",
		Normal: "1 while the ring is empty, 0 while it is read.",
		Next:   "1 while data waits: did what writes set the event?",
	},
	TopicOthers: {
		What:   "Other processes that hold this ring, and do not read it: loaders, monitors.",
		Known:  "Told by who serves the ring.",
		Normal: "None, or the program that loaded it.",
		Next:   "A second reader would be a finding.",
	},
	FindingTopic(model.DropsCounted): {
		What:   "The ring refused events, and somebody counted them: the program or the simulation. They are lost.",
		Known:  "The sentence says who counts; the driver itself never does.",
		Normal: "0.",
		Next:   "Is it full all the time (slow reader) or at peaks (burst)?",
	},
	FindingTopic(model.OwnerGone): {
		What:   "Nobody held the ring any more, only ringscope did. It let go, and the ring was freed.",
		Known:  "Told by who served the ring.",
		Normal: "When the program ends.",
		Next:   "Did it crash? Its log.",
	},
	FindingTopic(model.NoConsumer): {
		What:   "Records wait, and no process takes them.",
		Known:  "Told by who serves the ring.",
		Normal: "One reader.",
		Next:   "Has the program ended that reads?",
	},
	FindingTopic(model.ReaderAsleep): {
		What:   "Records wait while the reader sleeps: nobody set the event that it waits for.",
		Known:  "Told by who serves the ring; the consumer position stands still.",
		Normal: "Each submit sets the event, unless its flags forbid it.",
		Next:   "The wake-up flags of the submits in the writers pane.",
	},
	FindingTopic(model.Corrupt): {
		What:   "Where a header must stand, something else does: its length or its page offset is impossible.",
		Known:  "Each header's length must fit, and its page offset its place.",
		Normal: "Never: the driver writes headers, programs can't.",
		Next:   "Is it another format? --format says which it is.",
	},
	FindingTopic(model.OversizedRecord): {
		What:   "Most payload bytes are zeros at the end: programs reserve far more than they fill, and the ring holds fewer events.",
		Known:  "~ a sample of the newest payloads, not of all.",
		Normal: "Below half.",
		Next:   "The lengths pane; output only what is used.",
	},
	FindingTopic(model.WakeupPerRecord): {
		What:   "The reader is woken for every record or two: waking it costs the writers far more than writing.",
		Known:  "Records per voluntary switch of the reader's thread.",
		Normal: "Tens of records per wake-up under load.",
		Next:   "A reader that looks again after a pause takes more at a time.",
	},
}

// inLegacy is true of rings of eBPF for Windows to v0.20, in both readings of their header.
var inLegacy = map[Topic]Explanation{
	TopicSize: {
		What:   "The bytes of the data area, a power of two. All but one can be in use, and each record takes 8 bytes of header.",
		Known:  "From who made the ring; it can't change while the ring lives.",
		Normal: "256 KiB to 16 MiB. It is a size in bytes, not a number of records.",
		Next:   "worst: how much of it was needed so far.",
	},
	TopicLost: {
		What:   "Events that the ring refused for lack of room: the driver gave EBPF_OUT_OF_SPACE, bpf_ringbuf_output an error.",
		Known:  "The driver keeps no count. ? until the program counts.",
		Normal: "? beside \"fitted each look\": there was room whenever anybody looked.",
		Next:   "worst: was it ever full? Count failures in the program.",
	},
	TopicFull: {
		What:   "The bytes that wait for the reader, of the ring's size: producer position minus consumer position.",
		Known:  "Exact as the positions are. The driver told them to who asked.",
		Normal: "A few percent, with peaks. One byte always stays free.",
		Next:   "full in, and out beside in: does the reader keep up?",
	},
	TopicConsumer: {
		What:   "C: how far the reader has got, in bytes since the ring was made. It only grows.",
		Known:  "The driver kept it; a ring file has it in a page of its own.",
		Normal: "It follows P closely.",
		Next:   "If it stands still while P moves: the reader pane.",
	},
	TopicProducer: {
		What:   "P: how far reservations have got, in bytes since the ring was made. The driver moved it under a lock.",
		Known:  "The driver kept it; a ring file has it in a page of its own.",
		Normal: "It grows with every record and never shrinks.",
		Next:   "in: how fast it moves.",
	},
	TopicWaste: {
		What:   "Room that carries nothing to the reader: discarded records, and the 8-byte headers. There is no padding.",
		Known:  "Exact shares of the bytes that came in over the last second.",
		Normal: "A few percent discarded; 11 % headers at 64 bytes.",
		Next:   "The lengths pane has the zeros at the end of payloads too.",
	},
	TopicPosition: {
		What:   "Where the record's header begins, in bytes since the ring was made.",
		Known:  "By walking: each header says where the next one begins.",
		Normal: "They only grow, by any number of bytes: records are not aligned.",
		Next:   "The difference of two neighbours is the span of the first.",
	},
	TopicColumn: {
		What:   "How many bytes of the ring one column of the tape stands for: 8 at the closest. A header can begin anywhere in it.",
		Known:  "You choose it with z and Z.",
		Normal: "8 to look at records, more to see where data is.",
		Next:   "The bracket on the circle shows how much that is.",
	},
	TopicWakeUp: {
		What:   "Whom the call wakes. adaptive: a reader that had asked, as the driver did. none, forced: nobody, each time.",
		Known:  "Told by who serves the ring. The driver had no flags: none and forced are a simulation's.",
		Normal: "adaptive: the driver did nothing else.",
		Next:   "The reader pane: records per wake-up, and its state.",
	},
	FindingTopic(model.PositionInvalid): {
		What:   "The consumer position can't be right: ahead of the producer, or too far behind.",
		Known:  "Read from where who serves the ring keeps it.",
		Normal: "Between producer - size and producer.",
		Next:   "A second reader, or a reader with a bug. No other figure can be trusted.",
	},
	FindingTopic(model.Corrupt): {
		What:   "Where a header must stand, something else does: its length is impossible.",
		Known:  "Each length must count its header and end before the producer position.",
		Normal: "Never: the driver writes headers, programs can't.",
		Next:   "Is it another format? --format says which it is.",
	},
}

// inLegacyPacked is true of the reading of that header in 4 bytes.
var inLegacyPacked = map[Topic]Explanation{
	TopicSize: {
		What:   "The bytes of the data area, a power of two. All but one can be in use, and each record takes 4 bytes of header.",
		Known:  "From who made the ring; it can't change while the ring lives.",
		Normal: "256 KiB to 16 MiB. It is a size in bytes, not a number of records.",
		Next:   "worst: how much of it was needed so far.",
	},
	TopicWaste: {
		What:   "Room that carries nothing to the reader: discarded records, and the 4-byte headers. There is no padding.",
		Known:  "Exact shares of the bytes that came in over the last second.",
		Normal: "A few percent discarded; 6 % headers at 64 bytes.",
		Next:   "The lengths pane has the zeros at the end of payloads too.",
	},
	TopicColumn: {
		What:   "How many bytes of the ring one column of the tape stands for: 8 at the closest. Two headers of 4 bytes can begin in it.",
		Known:  "You choose it with z and Z.",
		Normal: "8 to look at records, more to see where data is.",
		Next:   "The bracket on the circle shows how much that is.",
	},
}
