package nastytest

import (
	"math"
	"math/rand/v2"
	"reflect"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// Strings sets every string and every payload that v, a pointer to something of package model, leads to. Left alone are the words that
// ringscope itself puts there: sources, types, codes, names of positions, calls, and where a count comes from. It returns how many it set.
func Strings(v any, to string) int {
	n := 0
	walk(reflect.ValueOf(v), "", func(name string, f reflect.Value) {
		switch {
		case own[name]:
		case f.Type() == reflect.TypeFor[string](): // one of a type of its own holds words of ours
			f.SetString(to)
			n++
		case f.Type() == reflect.TypeFor[[]byte]():
			f.SetBytes([]byte(to))
			n++
		}
	})
	return n
}

// own are the names of members that hold ringscope's own words.
var own = map[string]bool{
	"Ring.Source": true, "Ring.Type": true, "Site.Call": true, "Evidence.How": true, "Drops.How": true, "Moment.Why": true,
}

// Figures sets every number, duration and share that v leads to, and how each is known, to something extreme that r draws. Left alone is
// what the source of a ring has checked: its geometry; and lengths of arrays.
func Figures(v any, r *rand.Rand) {
	walk(reflect.ValueOf(v), "", func(name string, f reflect.Value) {
		switch {
		case f.Type() == reflect.TypeFor[model.How]():
			f.SetUint(r.Uint64N(uint64(model.NotApplicable) + 1))
		case f.Type() == reflect.TypeFor[model.State](), f.Type() == reflect.TypeFor[model.Severity](), f.Type() == reflect.TypeFor[model.WakeUp](),
			f.Type() == reflect.TypeFor[model.MarkKind](), f.Type() == reflect.TypeFor[model.FormatHow]():
		case f.Type() == reflect.TypeFor[time.Duration]():
			f.SetInt(some(r, 0, 1, -1, math.MaxInt64, math.MinInt64, int64(time.Hour)*24*365*200, 999_999))
		case f.CanUint():
			top := uint64(math.MaxUint64) >> (64 - f.Type().Bits())
			f.SetUint(some(r, 0, 1, 7, top, top-7, top/2, top/2+1, r.Uint64()&top))
		case f.CanInt(): // processes, threads, processors, counts of them
			f.SetInt(some[int64](r, 0, 1, maxPID))
		case f.CanFloat():
			f.SetFloat(some(r, 0, 1, -1, 0.5, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, 1e19, r.Float64()))
		case f.Kind() == reflect.Bool:
			f.SetBool(r.IntN(2) == 0)
		}
	})
}

// maxPID is more than any process or thread of Linux has as its id (PID_MAX_LIMIT, include/linux/threads.h).
const maxPID = 1 << 22

func some[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// walk visits every settable leaf that v leads to; name is the type that holds it and the member's own.
func walk(v reflect.Value, name string, visit func(name string, leaf reflect.Value)) {
	switch v.Type() {
	case reflect.TypeFor[*ringcore.Format](), reflect.TypeFor[ringcore.Geometry](), reflect.TypeFor[time.Time]():
		return // shared by all rings, or checked by whoever opens one
	case reflect.TypeFor[[]byte]():
		if v.CanSet() {
			visit(name, v)
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), name, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				walk(v.Field(i), v.Type().Name()+"."+f.Name, visit)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			walk(v.Index(i), name, visit)
		}
	case reflect.Func, reflect.Interface, reflect.Map, reflect.Chan:
	default:
		if v.CanSet() {
			visit(name, v)
		}
	}
}
