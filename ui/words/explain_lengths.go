package words

// ofLengths explains the pane of lengths.
var ofLengths = map[Topic]Explanation{
	TopicLengths: {
		What:   "The payload lengths of the records, in classes that double: how many come, and how much room they take.",
		Known:  "Exact: every header is counted, since watching began.",
		Normal: "A few classes, one for each kind of event.",
		Next:   "The class with the longest bar fills the ring.",
	},
	TopicLengthRate: {
		What:   "Records of these lengths per second.",
		Known:  "Counted from the headers.",
		Normal: "Many small ones, few large ones.",
		Next:   "Few records can still take most of the bytes.",
	},
	TopicShareOfBytes: {
		What:   "The part of the bytes that records of these lengths take.",
		Known:  "~ from the counts of the class and a length in its middle.",
		Normal: "Even, or one kind that leads.",
		Next:   "exact lengths and the writers pane: whose records they are.",
	},
	TopicExact: {
		What:   "The exact lengths of the newest records, and their share of the bytes. Programs mostly write a few fixed lengths.",
		Known:  "~ a sample: at most the 64 newest records.",
		Normal: "One length for each kind of event.",
		Next:   "A call that asks for this length is in the writers pane.",
	},
	TopicZeros: {
		What:   "How many bytes at the end of payloads are zero: room that was reserved and hardly used, as in long char arrays.",
		Known:  "~ a sample: at most 16 of the newest payloads, 4 KiB of each.",
		Normal: "Below a quarter.",
		Next:   "Above half: reserve or output only what is needed.",
	},
	TopicMeanBusy: {
		What:   "How long records stay busy on average: from reserve to submit.",
		Known:  "~ by Little's law: mean number busy at the looks, by records per second.",
		Normal: "Microseconds.",
		Next:   "Milliseconds: too much happens between reserve and submit.",
	},
	TopicBusyAges: {
		What:   "How old records became that two looks found busy: the slow ones, which an average hides.",
		Known:  "≥ the time between the first and the last look that found them.",
		Normal: "None: hardly any lives for two looks.",
		Next:   "The program that reserves that length.",
	},
}
