package words

// What is said of a record's header, and of what follows from it, where it is not that of a ring of the kernel that programs write.

var headerInUserRings = map[Topic]Explanation{
	TopicPageOffset: {
		What:   "The kernel's own rings have a page number here. In a ring that a process writes nobody looks at it; libbpf writes 0.",
		Known:  "Exact, from the header. There is nothing to check it against.",
		Normal: "0.",
		Next:   "The bytes line: the whole header as it stands in memory.",
	},
}

var headerInWindows = map[Topic]Explanation{
	TopicPageOffset: {
		What:   "How many pages lie between the begin of the data area and this header. Before v1.0 it was 0 always: in the first page nothing tells which.",
		Known:  "Exact, and checked: the first data page is number 0.",
		Normal: "✓ always. A wrong one means that this is no header.",
		Next:   "The bytes line: the whole header as it stands in memory.",
	},
}

// headerWithoutPageOffsets is true of rings of eBPF for Windows before v1.0.
var headerWithoutPageOffsets = map[Topic]Explanation{
	TopicPageOffset: {
		What:   "How many pages lie between the begin of the data area and this header. Before v1.0 nobody wrote it, as in this ring.",
		Known:  "Exact, and checked: it has to be 0 in every header here.",
		Normal: "0. Another one means that this is no header.",
		Next:   "The bytes line: the whole header as it stands in memory.",
	},
}

// headerInLegacy is true of both readings, where headerInLegacyPacked does not say otherwise.
var headerInLegacy = map[Topic]Explanation{
	TopicBusy: {
		What:   "Records that are reserved and not finished yet. The readers of that time did not look at the flag.",
		Known:  "Bit 0 of each header; how long since a look first found it.",
		Normal: "0, or a few for microseconds.",
		Next:   "One at the head for over 0.1 s holds up everything behind it.",
	},
	TopicState: {
		What:   "unread: waits for the reader. read: taken, its bytes are still there. discarded: will be skipped. busy: not finished.",
		Known:  "From its header's bits 0 and 1, and the consumer position.",
		Normal: "read above the reader's line, unread below it.",
		Next:   "/ shows only some: busy, discarded, unread.",
	},
	TopicLength: {
		What:   "How many bytes of payload there are. The header stores the length of header and payload together: 8 more.",
		Known:  "Exact, from the header's second word.",
		Normal: "A few lengths: one for each kind of event.",
		Next:   "The lengths pane: which of them take the room.",
	},
	TopicSpan: {
		What:   "What the record takes in the ring: the length as it is stored, header and payload without padding.",
		Known:  "Read from the header.",
		Normal: "8 bytes more than the payload. The next header stands at any byte.",
		Next:   "v on a record: what the same payload takes in other formats.",
	},
	TopicBusyBit: {
		What:   "Set when the record is reserved, cleared when it is finished. Readers of that time did not look at it.",
		Known:  "Exact, as the header stood at the last look.",
		Normal: "0: records were copied in at once, under a lock.",
		Next:   "v on a record: bit 31 of a new header means the same, and is heeded.",
	},
	TopicDiscardBit: {
		What:   "The record was reserved and then thrown away. Readers of that time did not look at the bit; those of today do.",
		Known:  "Exact, from the header.",
		Normal: "0: programs for Windows had no way to discard.",
		Next:   "waste: how much is discarded.",
	},
	TopicHeader: {
		What:   "The 8 bytes of the header as they stand in memory, lowest byte first: flags in the first byte, the length from byte 4 on.",
		Known:  "Copied at a look.",
		Normal: "First byte: 01 busy, 02 discarded, 00 neither. The next three mean nothing.",
		Next:   "The bits above take it apart.",
	},
	TopicUnused: {
		What:   "The compiler of Windows puts fields of different types into different words: 30 bits after the flags, 2 after the length.",
		Known:  "From the declaration, as that compiler lays it out.",
		Normal: "Whatever stood there before: nobody writes them.",
		Next:   "v on a record: packed, the same declaration takes 4 bytes.",
	},
	TopicShapeDiscard: {
		What:   "Among the unread, the bytes of records that were thrown away after being reserved: they take room until skipped.",
		Known:  "Bit 1 of their headers; shown from 8 % of a part on.",
		Normal: "None, or little.",
		Next:   "waste: their share of what comes in.",
	},
	TopicShapeBusy: {
		What:   "A record that is reserved and not finished. One is always visible, however small.",
		Known:  "Bit 0 of its header is set.",
		Normal: "They come and go at P. One that stays holds up the reader.",
		Next:   "busy: how many, and for how long.",
	},
}

var headerInLegacyPacked = map[Topic]Explanation{
	TopicLength: {
		What:   "How many bytes of payload there are. The header stores the length of header and payload together: 4 more.",
		Known:  "Exact, from bits 2 to 31 of the header.",
		Normal: "A few lengths: one for each kind of event.",
		Next:   "The lengths pane: which of them take the room.",
	},
	TopicSpan: {
		What:   "What the record takes in the ring: the length as it is stored, header and payload without padding.",
		Known:  "Read from the header.",
		Normal: "4 bytes more than the payload. The next header stands at any byte.",
		Next:   "v on a record: what the same payload takes in other formats.",
	},
	TopicHeader: {
		What:   "The 4 bytes of the header as they stand in memory, lowest byte first: two flags, then the length times four.",
		Known:  "Copied at a look.",
		Normal: "The lowest two bits of the first byte: 1 busy, 2 discarded, 0 neither.",
		Next:   "The bits above take it apart.",
	},
}
