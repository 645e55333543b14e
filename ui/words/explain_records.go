package words

// ofRecords explains the table of records and a record's header.
var ofRecords = map[Topic]Explanation{
	TopicPosition: {
		What:   "Where the record's header begins, in bytes since the ring was made.",
		Known:  "By walking: each header says where the next one begins.",
		Normal: "Multiples of 8 that only grow. Modulo the size: the place in memory.",
		Next:   "The difference of two neighbours is the span of the first.",
	},
	TopicAge: {
		What:   "The time since a look first found this record.",
		Known:  "From ringscope's own looks: it may be one look older. ≥: older than the watch.",
		Normal: "Unread ones are a few milliseconds old.",
		Next:   "The oldest unread one is the delay of events.",
	},
	TopicState: {
		What:   "unread: waits for the reader. read: taken, its bytes are still there. discarded: will be skipped. busy: not finished.",
		Known:  "From its header's bits 31 and 30, and the consumer position.",
		Normal: "read above the reader's line, unread below it.",
		Next:   "/ shows only some: busy, discarded, unread.",
	},
	TopicLength: {
		What:   "How many bytes of payload the program asked for. Bits 0 to 29 of the header.",
		Known:  "Exact, from the header.",
		Normal: "A few lengths: one for each kind of event.",
		Next:   "The lengths pane: which of them take the room.",
	},
	TopicSpan: {
		What:   "What the record takes in the ring: 8 bytes of header and the payload, rounded up to a multiple of 8.",
		Known:  "Computed from the length.",
		Normal: "Up to 15 bytes more than the payload.",
		Next:   "waste: what headers and padding take in all.",
	},
	TopicBusyBit: {
		What:   "Set when the record is reserved, cleared when it is submitted or discarded. While it is set the reader must stop here.",
		Known:  "Exact, as the header stood at the last look.",
		Normal: "0; or 1 for microseconds.",
		Next:   "How old is it? A busy one at the head is a problem after 0.1 s.",
	},
	TopicDiscardBit: {
		What:   "The program reserved the record and then threw it away. The reader skips it; its room was used up all the same.",
		Known:  "Exact, from the header.",
		Normal: "0. Discards often come from a filter that runs after the reserve.",
		Next:   "waste: how much is discarded.",
	},
	TopicPageOffset: {
		What:   "How many pages lie between the kernel's own structure and this header. By it the kernel finds the ring from a record.",
		Known:  "Exact, and checked: the first data page is number 3.",
		Normal: "✓ always. A wrong one means that this is no header.",
		Next:   "The bytes line: the whole header as it stands in memory.",
	},
	TopicHeader: {
		What:   "The 8 bytes of the header as they stand in memory, lowest byte first: length with two bits, then the page offset.",
		Known:  "Copied at a look.",
		Normal: "Below 64 KiB the third byte is 0. The fourth holds the two bits: 80 busy, 40 discarded, 00 neither.",
		Next:   "The bits above take it apart.",
	},
	TopicUnused: {
		What:   "Bits of the header that belong to no field. Nobody writes them: they hold what stood there before.",
		Known:  "From the format's declaration.",
		Normal: "Zeros in a new ring, anything later.",
		Next:   "v beside the record shows which formats have such bits.",
	},
	TopicGained: {
		What:   "To v0.20 eBPF for Windows had a header of its own. Since then its records are those of Linux, so that readers can be shared.",
		Known:  "From its source code, before and after; its issue 4241 asks for it.",
		Normal: "Rings of today on either system.",
		Next:   "ringscope formats prints the same as text.",
	},
	TopicFirstSeen: {
		What:   "When a look first found this record. It was reserved at most the time in brackets earlier.",
		Known:  "From ringscope's clock; records carry no time of their own.",
		Normal: "In the order of the positions.",
		Next:   "The age is the time since then.",
	},
	TopicPayload: {
		What:   "The bytes that the program wrote, as text where they look like text.",
		Known:  "Copied at a look and checked afterwards; ~ where that failed.",
		Normal: "Without its type bytes are bytes: ringscope guesses no meaning.",
		Next:   "enter shows all; --no-payload leaves them unread.",
	},
	TopicHeld: {
		What:   "The table stands still at the record that you selected; newer ones are counted beside it.",
		Known:  "It is looked up again at each look, until it is overwritten.",
		Normal: "The table begins at the reader and follows it.",
		Next:   "g: back to the reader. G: the newest.",
	},
	TopicKept: {
		What:   "Records are kept for now and for the start of each finding. Of other moments of the past only figures are left.",
		Known:  "Memory is fixed when a ring is opened, so not everything is kept.",
		Normal: "An empty table at most moments of the past.",
		Next:   "[ and ] jump to the moments that have their records.",
	},
	TopicFilter: {
		What:   "Only records that match are shown, of those that the table can see.",
		Known:  "Compared with header and payload at each look.",
		Normal: "No filter.",
		Next:   "/ changes it, esc shows all records.",
	},
}
