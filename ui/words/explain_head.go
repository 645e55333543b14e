package words

// ofHead explains lines 1 to 3.
var ofHead = map[Topic]Explanation{
	TopicVerdict: {
		What:   "The worst of what was found, with its figures and since when. What only follows from it is left out.",
		Known:  "Judged from the figures of the last seconds; the findings pane has all.",
		Normal: "● NOTHING WRONG SEEN, or QUIET. Earlier losses could not be seen.",
		Next:   "Line 3: what helps. [ and ] go to where findings began or ended.",
	},
	TopicDo: {
		What:   "What helps against the finding of line 2: first what cures it, then what only softens it.",
		Known:  "Processes, programs and source lines are the ones found on this host.",
		Normal: "Where nothing is wrong: how full the ring was at its worst.",
		Next:   "The reader and writers panes show who is meant.",
	},
	TopicName: {
		What:   "The name that the program gave its ring. The kernel keeps 15 characters, and several rings may have the same one.",
		Known:  "From the kernel, once, on opening.",
		Normal: "events, rb, ringbuf: many programs call theirs alike; the id tells.",
		Next:   "ringscope list shows all rings with their owners.",
	},
	TopicID: {
		What:   "The kernel's number of the ring: unique on this host until it restarts, and never given again to another map.",
		Known:  "From the kernel, on opening.",
		Normal: "It changes when the program is restarted: that makes a new ring.",
		Next:   "ringscope watch id:N opens exactly this one, name:NAME follows it.",
	},
	TopicType: {
		What:   "ringbuf: BPF programs write, a process reads. user_ringbuf: a process writes and BPF programs read.",
		Known:  "From the kernel, on opening.",
		Normal: "Nearly every ring is a ringbuf.",
		Next:   "The writers pane shows which programs use it.",
	},
	TopicSize: {
		What:   "The bytes of the data area, a power of two. At most size - 8 are ever in use, and each record takes 8 bytes of header.",
		Known:  "From the kernel; it can't change while the ring lives.",
		Normal: "256 KiB to 16 MiB. It is a size in bytes, not a number of records.",
		Next:   "worst: how much of it was needed so far.",
	},
	TopicFormat: {
		What:   "How records stand in memory. linux: an 8-byte header (length with two bits, page offset), then the payload.",
		Known:  "From the source; each header that is read is checked against it.",
		Normal: "linux for every ring of a Linux kernel.",
		Next:   "enter on a record shows its header bit by bit.",
	},
	TopicHost: {
		What:   "The host whose ring this is, and the time of the figures that are shown, in UTC.",
		Known:  "The host's own name and clock.",
		Normal: "The clock moves with the figures; STALE says when it does not.",
		Next:   "The history has the last minutes.",
	},
	TopicSimulated: {
		What:   "This ring is simulated: ringscope itself writes and reads it. No ring of this host is touched.",
		Known:  "It was opened as demo.",
		Normal: "The word stands on every screen of a simulation, and in its reports.",
		Next:   "ringscope demo --help lists what can be simulated.",
	},
	TopicLive: {
		What:   "Readings come in, and the screen shows the newest. The time beside it is how long ringscope has watched this ring.",
		Known:  "From ringscope's own looks at the ring.",
		Normal: "LIVE all the time; findings need two seconds to be judged.",
		Next:   "space holds the screen, left goes back in time.",
	},
	TopicFrozen: {
		What:   "The screen is held at one moment; the ring is watched on all the same, and nothing is missed.",
		Known:  "You pressed space, or went back in time.",
		Normal: "The records that came since are counted beside it.",
		Next:   "left and right step through time, End or space is live again.",
	},
	TopicStale: {
		What:   "No new reading has come for a while: ringscope's sampling hangs, or this host has no time for it.",
		Known:  "The time since the last reading.",
		Normal: "Never seen on a healthy host; a suspended machine shows it briefly.",
		Next:   "Is the host short of CPU or memory? top, dmesg.",
	},
	TopicPast: {
		What:   "A moment of the past. Figures, circle and findings are those of then; records only where they were kept.",
		Known:  "Rebuilt from the history: 0.1 s steps for 30 s, 1 s for 10 min.",
		Normal: "Older moments are coarser.",
		Next:   "[ and ] jump between marks, End returns to now.",
	},
	TopicWaiting: {
		What:   "There is no such ring now. Ringscope looks again and again, and opens it when it appears.",
		Known:  "The kernel lists no ring of this name, or nothing is pinned there.",
		Normal: "While a program restarts: a second or two.",
		Next:   "Is the program running? ringscope list shows what there is.",
	},
	TopicEnded: {
		What:   "The ring is gone, or what was replayed is over. What was seen last stays on the screen.",
		Known:  "The kernel has freed it, or the source has said so.",
		Normal: "When its program ends.",
		Next:   "left looks back; watch name:NAME follows a restarted program.",
	},
	TopicPassive: {
		What:   "Ringscope only looks: it maps the ring read-only, takes no records and wakes nobody. The reader does not notice.",
		Known:  "The memory protection of ringscope's own mapping enforces it.",
		Normal: "Always, unless it was started with --consume.",
		Next:   "ringscope doctor says what it loads and needs.",
	},
	TopicConsuming: {
		What:   "Ringscope is the reader of this ring: it takes its records, and nobody else will get them.",
		Known:  "It was started with --consume.",
		Normal: "Only for rings that nobody reads.",
		Next:   "q ends it; records that wait then stay in the ring.",
	},
	TopicView: {
		What:   "Whether ringscope saw every record. With gaps some were overwritten before it looked: totals are lower bounds (≥).",
		Known:  "Each look checks that the ring has not gone round since the last.",
		Normal: "complete. Small rings at full speed have gaps. While 4,096 are busy it is behind.",
		Next:   "lost is another thing: what the ring itself refused.",
	},
}
