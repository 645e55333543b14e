package words

// ofRing explains the circle and the tape.
var ofRing = map[Topic]Explanation{
	TopicCircle: {
		What:   "The ring's memory, clockwise as it is written. Thick waits for the reader, thin is free; the arc from C to P is how full.",
		Known:  "From every header between two looks, in 256 equal parts.",
		Normal: "A thin ring with C and P together: the reader has caught up.",
		Next:   "Spokes with ◆ are unfinished records; ▪ marks the worst fill.",
	},
	TopicTurn: {
		What:   "Which place stands at twelve o'clock: the reader, so that the arc is a gauge, or byte 0, so that it stands still.",
		Known:  "You choose: o turns it.",
		Normal: "The reader. In overwrite mode the oldest record that survives.",
		Next:   "With byte 0 at the top the positions travel round.",
	},
	TopicNotch: {
		What:   "Where the data area begins in memory: offset 0. Nothing special happens there.",
		Known:  "A position modulo the ring's size is the offset.",
		Normal: "It turns with the reader at the top: a full turn is one lap.",
		Next:   "o puts it at the top.",
	},
	TopicShapeUnread: {
		What:   "Full thickness: records that are submitted and wait for the reader.",
		Known:  "Everything between the consumer and the producer position.",
		Normal: "A short arc, or none.",
		Next:   "full and unread have it as figures.",
	},
	TopicShapeDiscard: {
		What:   "Among the unread, the bytes of records that were thrown away after being reserved: they take room until skipped.",
		Known:  "Bit 30 of their headers; shown from 8 % of a part on.",
		Normal: "None, or little.",
		Next:   "waste: their share of what comes in.",
	},
	TopicShapeBusy: {
		What:   "A record that is reserved and not finished. One is always visible, however small.",
		Known:  "Bit 31 of its header is set.",
		Normal: "They come and go at P. One that stays holds up the reader.",
		Next:   "busy: how many, and for how long.",
	},
	TopicShapeFree: {
		What:   "Thin: free room. Its records have been read; their bytes stay readable until they are overwritten.",
		Known:  "Behind the consumer position.",
		Normal: "Most of the ring.",
		Next:   "g and up: records that were already read.",
	},
	TopicShapeNever: {
		What:   "Thin and dashed: no record was ever written here.",
		Known:  "The producer position is smaller than the ring: still the first lap.",
		Normal: "Only in young or quiet rings.",
		Next:   "in: how soon it will be filled.",
	},
	TopicShapeWorst: {
		What:   "A tick outside the rim: how far the arc reached at its worst since watching began.",
		Known:  "The fullest look.",
		Normal: "Well away from a full turn.",
		Next:   "worst says how much that was, and when.",
	},
	TopicConsumer: {
		What:   "C: how far the reader has got, in bytes since the ring was made. It only grows.",
		Known:  "Exact. The reader writes it into its own page, so a bug can spoil it.",
		Normal: "It follows P closely.",
		Next:   "If it stands still while P moves: the reader pane.",
	},
	TopicProducer: {
		What:   "P: how far reservations have got, in bytes since the ring was made. The kernel moves it before a record is filled.",
		Known:  "Exact, from the page that only the kernel may write.",
		Normal: "It grows with every record and never shrinks.",
		Next:   "in: how fast it moves.",
	},
	TopicPending: {
		What:   "N: the oldest unfinished reservation that the kernel knew of when it last reserved. A new record must fit behind it.",
		Known:  "Read from the kernel's page, since 6.10; it goes stale between.",
		Normal: "Close to P.",
		Next:   "busy: what is really unfinished, found by walking.",
	},
	TopicOverwrite: {
		What:   "O: where the oldest record that survives begins. In overwrite mode new records replace the oldest, read or not.",
		Known:  "From the kernel's page; only rings in overwrite mode have it.",
		Normal: "A ring's size behind P, once it has gone round.",
		Next:   "Overwritten unread records are a finding if somebody reads.",
	},
	TopicTape: {
		What:   "A straight strip of the ring: each column is some bytes, each bar a header. The circle's bracket shows where it lies.",
		Known:  "From the headers there; blank where it is not known.",
		Normal: "Records of a few sizes in a row.",
		Next:   "z and Z: closer and farther; , and . select along it.",
	},
	TopicBracket: {
		What:   "The part of the circle that the tape shows.",
		Known:  "From the tape's first and last byte.",
		Normal: "A small part; the whole ring when zoomed out.",
		Next:   "z makes it smaller, Z larger.",
	},
	TopicColumn: {
		What:   "How many bytes of the ring one column of the tape stands for: 8 at the closest, which is exactly one header.",
		Known:  "You choose it with z and Z.",
		Normal: "8 to look at records, more to see where data is.",
		Next:   "The bracket on the circle shows how much that is.",
	},
	TopicReaderHere: {
		What:   "The consumer position among the records: above it they have been read, below it they wait.",
		Known:  "Read from the ring, a moment before the records.",
		Normal: "It moves on with every record that is taken.",
		Next:   "The record below it: if it is busy, the reader can't go on.",
	},
	TopicSelected: {
		What:   "The record that is selected in the table; its bits stand beside the table.",
		Known:  "You chose it; it is held until it is overwritten.",
		Normal: "The oldest unread one, until you move.",
		Next:   "enter opens it: all bits and bytes.",
	},
}
