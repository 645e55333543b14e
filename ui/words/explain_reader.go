package words

// ofReader explains who reads and how.
var ofReader = map[Topic]Explanation{
	TopicProcess: {
		What:   "A process that maps the consumer page writable: only such a process can take records.",
		Known:  "From /proc/PID/maps, on opening and every 10 s.",
		Normal: "Exactly one.",
		Next:   "Its threads: which of them reads, and what it does.",
	},
	TopicThread: {
		What:   "One thread of a reading process. First those that wait for this ring, then the ones that use most CPU.",
		Known:  "From /proc/PID/task, about once a second.",
		Normal: "One of them reads the ring; nothing marks it while it runs.",
		Next:   "Its state and its share of a core.",
	},
	TopicThreadState: {
		What:   "running: on a CPU or waiting for one. sleeping: waits for something. blocked: in the kernel, can't be interrupted. stopped: by a signal.",
		Known:  "From /proc/PID/task/*/stat, at the last look.",
		Normal: "sleeping between records, running while it works.",
		Next:   "stopped: kill -CONT PID. blocked: cat /proc/THREAD/stack.",
	},
	TopicShare: {
		What:   "How much of one CPU core the thread used, lately.",
		Known:  "~ from the CPU time that the kernel counts for it, over 1 s or more.",
		Normal: "Well below 100 %: then it has time left for more records.",
		Next:   "Near 100 %: too much work per event. Low and behind: it waits for something else.",
	},
	TopicCore: {
		What:   "The CPU on which the thread ran last.",
		Known:  "From /proc/PID/task/*/stat.",
		Normal: "It moves about, unless it is pinned.",
		Next:   "Is that CPU busy with the writers? mpstat -P ALL 1.",
	},
	TopicStateSince: {
		What:   "Since when the thread was found in this state at every look.",
		Known:  "~ looked at about once a second: short changes are not seen.",
		Normal: "Short. Sleeping for long while data waits is a problem.",
		Next:   "oldest: has data waited as long?",
	},
	TopicSwitches: {
		What:   "How often per second the thread gave up its CPU because it had to wait. Each is about one wake-up.",
		Known:  "The kernel counts them for each thread.",
		Normal: "A few to some thousands a second.",
		Next:   "records per wake-up: how much it takes each time.",
	},
	TopicRecordsPerSwitch: {
		What:   "How many records the reader takes each time it is woken.",
		Known:  "~ records taken by voluntary switches of the thread.",
		Normal: "Tens or more under load. Near 1: each record pays for a wake-up.",
		Next:   "The writers' wake-up flags; a reader that wakes less often.",
	},
	TopicWaiters: {
		What:   "How many threads are blocked in poll, select or epoll until this ring wakes them; ringscope is not counted.",
		Known:  "≥ from the system call of each thread in /proc, and kcmp.",
		Normal: "1 while the ring is empty, 0 while it is read or if it is polled.",
		Next:   "1 while data waits: was it written with BPF_RB_NO_WAKEUP?",
	},
	TopicOthers: {
		What:   "Other processes that hold this ring, and do not read it: loaders, monitors, pins.",
		Known:  "From the descriptors and mappings of all processes.",
		Normal: "None, or the program that loaded it.",
		Next:   "A second reader would be a finding.",
	},
}
