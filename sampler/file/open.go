package file

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ringcore/shm"
	"ringscope/sampler"
)

// Options of a source.
type Options struct {
	Payload bool   // payloads may be read
	Format  string // name of the record format; empty: what the file says, or, where payloads may be read, what its records tell
}

// Open opens the ring file at path for watching. A ring whose server is dead opens too: its first look is its last.
//
// Errors wrap [sampler.ErrNoSuchRing], [sampler.ErrNotPermitted], [sampler.ErrUnsupported], or what [shm.Open] says of the file.
func Open(path string, o Options) (*Source, error) {
	f, err := shm.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: there is no file %s; `ringscope demo --file PATH` makes one", sampler.ErrNoSuchRing, path)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%w: %w; a ring file is readable only by the user who serves it: watch it as that user", sampler.ErrNotPermitted, err)
	case err != nil:
		return nil, err
	}
	s, err := newSource(f, o)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return s, nil
}

func newSource(f *shm.File, o Options) (*Source, error) {
	s := &Source{file: f}
	memory := ringcore.Memory{Consumer: f.Consumer, Producer: f.Producer, Data: f.Data}
	r, err := s.read(memory, o)
	if err != nil {
		return nil, err
	}
	ring, err := ringcore.NewRing(r.format, r.geometry, memory)
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", f.Path(), err)
	}
	s.observed = sampler.NewObserved(ring, sampler.ObservedOptions{Payload: o.Payload})
	s.identity = identity(f, r)
	s.identity.PayloadUnread = !o.Payload
	return s, nil
}

// read decides how the records are read; see [read].
func (s *Source) read(memory ringcore.Memory, o Options) (r reading, err error) {
	defer s.file.Guard(&err)()
	return read(s.file, memory, o)
}

// identity is what the file says of its ring. Who reads it is not known but for what the server says: anybody else may who maps the file.
func identity(f *shm.File, as reading) model.Ring {
	about := f.Description()
	r := model.Ring{
		Source: model.SourceFile, Name: about.Name, Type: model.TypeRingbuf, Format: as.format, Geometry: as.geometry,
		FormatHow: as.how, FormatNamed: about.Format, Made: model.Of(f.Path()), Simulated: about.Simulated,
	}
	if r.Name == "" {
		r.Name = filepath.Base(f.Path())
	}
	if about.ReaderPID > 0 {
		r.Readers = model.Known(1, model.AtLeast)
		r.ReaderAt = []model.Process{{PID: about.ReaderPID, Comm: about.ReaderComm}}
	}
	if about.PID > 0 {
		r.Owners = []model.Process{{PID: about.PID, Comm: about.Comm}}
	}
	return r
}

// checkEvery is how often a source asks whether its file and its server are still there.
const checkEvery = 100 * time.Millisecond
