package words

// ofWriters explains the programs that write, and their calls.
var ofWriters = map[Topic]Explanation{
	TopicProgram: {
		What:   "A loaded BPF program that uses this ring, with its id.",
		Known:  "The kernel lists the maps that each program uses; every 10 s.",
		Normal: "One to a dozen.",
		Next:   "bpftool prog show id N: where it is attached.",
	},
	TopicSite: {
		What:   "A place in the program's instructions that reserves, submits, discards or outputs a record of this ring.",
		Known:  "Found in the instructions as the kernel runs them; needs root.",
		Normal: "A reserve, and a submit or discard that follows it.",
		Next:   "Its source line, where the program brought line information.",
	},
	TopicCall: {
		What:   "reserve: asks for room. submit: hands the record over. discard: throws it away. output: copies a finished record in.",
		Known:  "The helper's number in the instruction.",
		Normal: "Each reserve is followed by submit or discard on every path.",
		Next:   "Long work between reserve and submit holds up the reader.",
	},
	TopicAsked: {
		What:   "The payload bytes that this call asks for, where that is a constant of the program.",
		Known:  "Read from the instructions before the call; ? where they compute it.",
		Normal: "The size of one struct.",
		Next:   "zeros at the end: is so much needed?",
	},
	TopicWakeUp: {
		What:   "Whom the call wakes. adaptive: a reader that has caught up. none: nobody. forced: the reader, each time.",
		Known:  "The call's flags: BPF_RB_NO_WAKEUP, BPF_RB_FORCE_WAKEUP, or 0.",
		Normal: "adaptive. With none the reader must poll, or be woken by others.",
		Next:   "The reader pane: records per wake-up, and its state.",
	},
	TopicPerSite: {
		What:   "How many records of this call come each second.",
		Known:  "~ by their length: two calls with the same one can't be told apart.",
		Normal: "Whatever the workload is.",
		Next:   "The lengths pane: the same by length, exactly.",
	},
	TopicSource: {
		What:   "The file and line of the program's source that this call was compiled from.",
		Known:  "From the line information that was loaded with the program.",
		Normal: "Missing where the program was stripped.",
		Next:   "Look there for what happens between reserve and submit.",
	},
}
