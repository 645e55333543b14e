package report

import "ringscope/model"

// Ring is a ring's identity in JSON.
type Ring struct {
	Source    string  `json:"source"`
	ID        *uint32 `json:"id"`
	Name      string  `json:"name"`
	Type      string  `json:"type"`
	Format    string  `json:"format"`
	FormatHow string  `json:"format_how" csv:"-"` // told, asked, found or likely
	// FormatNamed is what a file calls its own format; null: it does not say, or the ring is no file.
	FormatNamed *string   `json:"format_named" csv:"-"`
	Overwrite   bool      `json:"overwrite"`
	SizeBytes   uint64    `json:"size_bytes"`
	PageSize    int       `json:"page_size"`
	MapFlags    uint32    `json:"map_flags"`
	Pins        []string  `json:"pins"`
	OuterID     *uint32   `json:"outer_id"` // the smallest, if several maps hold it
	Owners      []Process `json:"owners"`   // null: not looked up
	Readers     *int      `json:"readers"`
	Programs    []Program `json:"programs"` // null: not looked up
}

// Process is a process in JSON.
type Process struct {
	PID  int    `json:"pid"`
	Comm string `json:"comm"`
}

func newProcess(p model.Process) Process { return Process{PID: p.PID, Comm: p.Comm} }

// Program is a BPF program in JSON.
type Program struct {
	ID    uint32 `json:"id"`
	Name  string `json:"name"`
	Sites []Site `json:"sites"` // null: not looked at, or not permitted
}

// Site is a call of a ring's helper in a program, in JSON.
type Site struct {
	Call   string  `json:"call"`   // reserve, submit, discard, output
	Bytes  *uint32 `json:"bytes"`  // payload that it asks for, where that is a constant
	WakeUp *string `json:"wakeup"` // adaptive, none, forced
	File   *string `json:"file"`
	Line   *int    `json:"line"`
}

func newSite(s *model.Site) Site {
	j := Site{Call: s.Call, Bytes: value(s.Bytes)}
	if how := map[model.WakeUp]string{model.WakeAdaptive: "adaptive", model.WakeNone: "none", model.WakeForced: "forced"}[s.WakeUp]; how != "" {
		j.WakeUp = &how
	}
	if s.File != "" {
		j.File, j.Line = ptr(s.File), ptr(s.Line)
	}
	return j
}

func newProgram(p *model.Program) Program {
	j := Program{ID: p.ID, Name: p.Name}
	if p.Sites != nil {
		j.Sites = make([]Site, 0, len(p.Sites))
		for i := range p.Sites {
			j.Sites = append(j.Sites, newSite(&p.Sites[i]))
		}
	}
	return j
}

// Positions of a ring in JSON.
type Positions struct {
	Consumer  *uint64 `json:"consumer"`
	Producer  *uint64 `json:"producer"`
	Pending   *uint64 `json:"pending"`
	Overwrite *uint64 `json:"overwrite"`
}

// Occupancy of a ring in JSON.
type Occupancy struct {
	UsedBytes      *uint64  `json:"used_bytes"`
	UsedRatio      *float64 `json:"used_ratio"`
	UsedMaxBytes   *uint64  `json:"used_max_bytes"`
	PeakBytes      *uint64  `json:"peak_bytes"`
	PeakBoundBytes *uint64  `json:"peak_bound_bytes"`
	SecondsToFull  *float64 `json:"seconds_to_full"`
}

// Listed is a line of `list --json`.
type Listed struct {
	Schema    int       `json:"schema"`
	Ring      Ring      `json:"ring"`
	Positions Positions `json:"positions"`
	Occupancy Occupancy `json:"occupancy"`
}

// NewListed is what one look told of a ring.
func NewListed(r *model.Ring, p model.Positions, o model.Occupancy) Listed {
	return Listed{Schema: Schema, Ring: newRing(r), Positions: newPositions(p), Occupancy: newOccupancy(o)}
}

func newRing(r *model.Ring) Ring {
	if r == nil {
		return Ring{}
	}
	j := Ring{
		Source: r.Source, Name: r.Name, Type: r.Type, Overwrite: r.Geometry.OverwriteMode, SizeBytes: r.Size(),
		PageSize: r.Geometry.PageSize, MapFlags: r.MapFlags, Readers: value(r.Readers),
	}
	if r.Source != model.SourceBPF || !r.Looked.IsZero() || len(r.Pins) > 0 {
		j.Pins = append([]string{}, r.Pins...)
	}
	if r.Format != nil {
		j.Format, j.FormatHow = r.Format.Name, r.FormatHow.String()
	}
	if r.FormatNamed != "" {
		j.FormatNamed = ptr(r.FormatNamed)
	}
	if r.ID != 0 {
		j.ID = ptr(r.ID)
	}
	if len(r.OuterIDs) > 0 {
		j.OuterID = ptr(r.OuterIDs[0])
	}
	if !r.Looked.IsZero() || len(r.Owners) > 0 {
		j.Owners = make([]Process, 0, len(r.Owners))
		for _, p := range r.Owners {
			j.Owners = append(j.Owners, newProcess(p))
		}
	}
	if !r.Looked.IsZero() || len(r.Programs) > 0 {
		j.Programs = make([]Program, 0, len(r.Programs))
		for i := range r.Programs {
			j.Programs = append(j.Programs, newProgram(&r.Programs[i]))
		}
	}
	return j
}

func newPositions(p model.Positions) Positions {
	return Positions{Consumer: value(p.Consumer), Producer: value(p.Producer), Pending: value(p.Pending), Overwrite: value(p.Overwrite)}
}

func newOccupancy(o model.Occupancy) Occupancy {
	return Occupancy{
		UsedBytes: value(o.Used), UsedRatio: float(o.Ratio), UsedMaxBytes: value(o.UsedMax), PeakBytes: value(o.Peak),
		PeakBoundBytes: value(o.PeakBound), SecondsToFull: seconds(o.TimeToFull),
	}
}
