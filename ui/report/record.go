package report

import (
	"encoding/hex"
	"fmt"

	"ringscope/model"
	"ringscope/ui/text"
)

// Record is a line of `dump --json`.
type Record struct {
	Pos          uint64  `json:"pos"`
	PosHex       string  `json:"pos_hex"`
	Offset       uint64  `json:"offset"` // in the data area
	State        string  `json:"state"`
	Length       uint32  `json:"length"`
	Span         uint64  `json:"span"`
	PageOffset   uint32  `json:"page_offset"`
	PageOffsetOK *bool   `json:"page_offset_ok"`
	HeaderHex    string  `json:"header_hex"` // as the bytes stand in memory on a little-endian host
	Unread       bool    `json:"unread"`
	Exact        bool    `json:"exact"`
	PayloadHex   *string `json:"payload_hex"` // its first bytes; null: busy, or not read
	Type         *string `json:"type"`
	Fields       any     `json:"fields"`
}

// NewRecord is r of a ring whose data area has size bytes.
func NewRecord(size uint64, r *model.Row) Record {
	j := Record{
		Pos: r.Pos, PosHex: fmt.Sprintf("%#x", r.Pos), Offset: r.Pos & (size - 1), State: r.Header.State().String(), Length: r.Header.Length,
		Span: r.Span, PageOffset: r.Header.PageOffset, PageOffsetOK: value(r.PageOffsetOK), HeaderHex: text.HeaderHex(r.Header.Raw),
		Unread: r.Unread, Exact: r.Exact,
	}
	if r.Payload != nil || (r.Header.Length == 0 && !r.Header.Busy) {
		j.PayloadHex = ptr(hex.EncodeToString(r.Payload))
	}
	return j
}
