package words

import "ringscope/model"

// Topic is something on the screen that can be explained; it is also how the explanation is headed.
type Topic string

// Topics of lines 1 to 3.
const (
	TopicVerdict   Topic = "verdict"
	TopicDo        Topic = "what to do"
	TopicName      Topic = "name of the ring"
	TopicID        Topic = "id"
	TopicType      Topic = "type"
	TopicSize      Topic = "size"
	TopicFormat    Topic = "format"
	TopicHost      Topic = "host"
	TopicSimulated Topic = "simulated"
	TopicLive      Topic = "live"
	TopicFrozen    Topic = "frozen"
	TopicStale     Topic = "stale"
	TopicPast      Topic = "past moment"
	TopicWaiting   Topic = "waiting"
	TopicEnded     Topic = "ended"
	TopicPassive   Topic = "passive"
	TopicConsuming Topic = "consuming"
	TopicView      Topic = "view"
)

// Topics of the figures.
const (
	TopicLost       Topic = "lost"
	TopicFull       Topic = "full"
	TopicWorst      Topic = "worst"
	TopicTimeToFull Topic = "full in"
	TopicIn         Topic = "in"
	TopicOut        Topic = "out"
	TopicUnread     Topic = "unread"
	TopicOldest     Topic = "oldest"
	TopicBusy       Topic = "busy"
	TopicWaste      Topic = "waste"
	TopicReader     Topic = "reader"
	TopicLook       Topic = "a look each"
	TopicCost       Topic = "ringscope's own cost"
	TopicWindow     Topic = "rates over"
)

// Topics of the circle and the tape.
const (
	TopicCircle       Topic = "circle"
	TopicTurn         Topic = "what is at the top"
	TopicNotch        Topic = "byte 0"
	TopicShapeUnread  Topic = "thick: unread"
	TopicShapeDiscard Topic = "inner rim: discarded"
	TopicShapeBusy    Topic = "spoke: busy"
	TopicShapeFree    Topic = "thin: free"
	TopicShapeNever   Topic = "dashed: never written"
	TopicShapeWorst   Topic = "tick: worst"
	TopicConsumer     Topic = "consumer position"
	TopicProducer     Topic = "producer position"
	TopicPending      Topic = "pending position"
	TopicOverwrite    Topic = "overwrite position"
	TopicTape         Topic = "tape"
	TopicBracket      Topic = "bracket"
	TopicColumn       Topic = "bytes a column"
	TopicReaderHere   Topic = "reader is here"
	TopicSelected     Topic = "selected record"
)

// Topics of the time line. Its marks have [MarkTopic].
const (
	TopicHistory Topic = "how full"
	TopicMoment  Topic = "the moment shown"
	TopicEnd     Topic = "a finding ended"
	TopicGap     Topic = "gap in the view"
	TopicAttach  Topic = "another ring"
	TopicGone    Topic = "the ring ended"
	TopicOwners  Topic = "owners or readers changed"
)

// Topics of the table of records and of a record's header.
const (
	TopicPosition   Topic = "position"
	TopicAge        Topic = "age"
	TopicState      Topic = "state"
	TopicLength     Topic = "length"
	TopicSpan       Topic = "span"
	TopicBusyBit    Topic = "busy bit"
	TopicDiscardBit Topic = "discard bit"
	TopicPageOffset Topic = "page offset"
	TopicHeader     Topic = "header"
	TopicUnused     Topic = "unused bits"
	TopicGained     Topic = "what Windows gained"
	TopicFirstSeen  Topic = "first seen"
	TopicPayload    Topic = "payload"
	TopicHeld       Topic = "held"
	TopicKept       Topic = "kept records"
	TopicFilter     Topic = "filter"
)

// Topics of the writers.
const (
	TopicProgram Topic = "program"
	TopicSite    Topic = "site"
	TopicCall    Topic = "call"
	TopicAsked   Topic = "bytes asked for"
	TopicWakeUp  Topic = "wake-up"
	TopicPerSite Topic = "records of a site"
	TopicSource  Topic = "source line"
)

// Topics of the reader.
const (
	TopicProcess          Topic = "process"
	TopicThread           Topic = "thread"
	TopicThreadState      Topic = "state of a thread"
	TopicShare            Topic = "share of a core"
	TopicCore             Topic = "cpu"
	TopicStateSince       Topic = "since when"
	TopicSwitches         Topic = "switches"
	TopicRecordsPerSwitch Topic = "records per wake-up"
	TopicWaiters          Topic = "waiting threads"
	TopicOthers           Topic = "others"
)

// Topics of the lengths.
const (
	TopicLengths      Topic = "lengths"
	TopicLengthRate   Topic = "records of a length"
	TopicShareOfBytes Topic = "share of the bytes"
	TopicExact        Topic = "exact lengths"
	TopicZeros        Topic = "zeros at the end"
	TopicMeanBusy     Topic = "mean time busy"
	TopicBusyAges     Topic = "seen busy twice"
)

// Topics of the list of findings. A finding itself has [FindingTopic].
const (
	TopicSeverity Topic = "severity"
	TopicSince    Topic = "from and to"
	TopicCode     Topic = "code"
	TopicTab      Topic = "tabs"
)

// finding is how topics of findings begin.
const finding = "finding "

// FindingTopic is the topic of findings of a code.
func FindingTopic(code model.Code) Topic { return Topic(finding + string(code)) }

// MarkTopic is the topic of a mark on the time line: of one where a finding began it is the finding.
func MarkTopic(m model.Mark) Topic {
	switch m.Kind {
	case model.MarkBegan:
		return FindingTopic(m.Code)
	case model.MarkEnded:
		return TopicEnd
	case model.MarkLapped:
		return TopicGap
	case model.MarkAttached:
		return TopicAttach
	case model.MarkGone:
		return TopicGone
	case model.MarkOwners:
		return TopicOwners
	default:
		return TopicHistory
	}
}
