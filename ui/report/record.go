package report

import (
	"encoding/hex"
	"fmt"

	"ringscope/model"
	"ringscope/ringcore"
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
	PageOffset   *uint32 `json:"page_offset"` // null: the format has none
	PageOffsetOK *bool   `json:"page_offset_ok"`
	HeaderHex    string  `json:"header_hex"` // as its bytes stand in memory on a little-endian host
	Unread       bool    `json:"unread"`
	Exact        bool    `json:"exact"`
	PayloadHex   *string `json:"payload_hex"` // its first bytes; null: busy, or not read
	Type         *string `json:"type"`
	Fields       any     `json:"fields"`
	Format       string  `json:"format"`
	FormatHow    string  `json:"format_how"` // told, asked, found or likely
}

// NewRecord is r of a ring.
func NewRecord(ring *model.Ring, r *model.Row) Record {
	f := ring.Format
	j := Record{
		Pos: r.Pos, PosHex: fmt.Sprintf("%#x", r.Pos), Offset: r.Pos & (ring.Size() - 1), State: r.Header.State().String(), Length: r.Header.Length,
		Span: r.Span, PageOffsetOK: value(r.PageOffsetOK), HeaderHex: text.HeaderHex(r.Header.Raw, f.HeaderSize),
		Unread: r.Unread, Exact: r.Exact, Format: f.Name, FormatHow: ring.FormatHow.String(),
	}
	if _, has := f.Field(ringcore.MeansPageOffset); has {
		j.PageOffset = ptr(r.Header.PageOffset)
	}
	if r.Payload != nil || (r.Header.Length == 0 && !r.Header.Busy) {
		j.PayloadHex = ptr(hex.EncodeToString(r.Payload))
	}
	return j
}
