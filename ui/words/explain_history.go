package words

// ofHistory explains the time line.
var ofHistory = map[Topic]Explanation{
	TopicHistory: {
		What:   "How full the ring was; each column is the worst of its stretch of time, so that no short peak is lost. Full height: full.",
		Known:  "From every look; blank where nobody looked.",
		Normal: "Low and even. A staircase up is a slow reader, a spike a burst.",
		Next:   "left and right step through it, [ and ] jump between its marks.",
	},
	TopicMoment: {
		What:   "The moment that every panel shows now.",
		Known:  "You went there; the ring is watched on meanwhile.",
		Normal: "Live: always the right end.",
		Next:   "End goes back to live.",
	},
	TopicEnd: {
		What:   "Here a finding ended: what was wrong had not been seen for some seconds.",
		Known:  "Each finding holds for a few seconds, so that it does not flicker.",
		Normal: "Each mark of a beginning gets one.",
		Next:   "Step left: what was different a moment before?",
	},
	TopicGap: {
		What:   "Here records passed unseen: the ring went round between two looks, or was overwritten while it was read.",
		Known:  "Each look checks it by the positions.",
		Normal: "None. The reader lost nothing by it.",
		Next:   "view has the bytes; a shorter --interval sees more.",
	},
	TopicAttach: {
		What:   "From here on another ring of the same name or pin is shown: its program was restarted.",
		Known:  "The old ring is gone, and the kernel gave the new one another id.",
		Normal: "One for each restart.",
		Next:   "What was wrong just before? Step left.",
	},
	TopicGone: {
		What:   "Here the ring ended: no process, program or pin held it any more.",
		Known:  "Ringscope let go, looked again, and it was gone.",
		Normal: "When its program ends.",
		Next:   "Step left: the last that was seen of it.",
	},
	TopicOwners: {
		What:   "Here the processes that hold or read the ring changed.",
		Known:  "Looked up every 10 s, and when a process that held it ends.",
		Normal: "When programs start and end.",
		Next:   "The reader pane has the present ones.",
	},
}
