package torchfile

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"hw4/internal/strict"
)

// A value is what the pickle makes: nil for None, bool, int64, string, tuple, *dict,
// class, function, *storage, *Tensor, or other. Only what tensors need is kept.
type value any

type (
	tuple []value
	// A dict keeps the tensors in it, and the dictionaries that are not empty.
	dict struct {
		items []item
		n     int // how many keys it has been given
	}
	item struct {
		key   string
		value value
	}
	// other is a value that nobody looks into.
	other string
)

const (
	list  other = "a list"
	float other = "a number"
)

// describe says what a value is.
func describe(v value) string {
	switch v.(type) {
	case nil:
		return "None"
	case string:
		return fmt.Sprintf("%.40q", v)
	case bool, int64, other:
		return fmt.Sprint(v)
	}
	_, kind, _ := strings.Cut(fmt.Sprintf("%T", v), ".")
	return "a " + strings.ToLower(kind)
}

// A machine runs a pickle. What it allocates is counted, so that a pickle cannot ask
// for more than twice the file and a constant.
type machine struct {
	file     string // its name
	name     string // that with the member
	text     []byte
	at, op   int // the next byte, and the opcode that is being carried out
	stack    []value
	marks    []int // lengths of the stack
	memo     []value
	storages map[string]*storage
	left     int // bytes that may still be allocated
	elements int // that views may still have
	err      error
}

// fail keeps the first error; after it the machine stops.
func (m *machine) fail(field, found, wanted string, args ...any) {
	if m.err == nil {
		m.err = strict.Failf(m.name, m.op, field, found, wanted, args...)
	}
}

// spend counts bytes before they are allocated.
func (m *machine) spend(n int) {
	if m.left -= n; m.left < 0 {
		m.fail("the pickle", "larger in memory than twice the file", "what a state dict needs")
	}
}

// grow appends to a slice of elements of a size.
func grow[T any](m *machine, s []T, v T, size int) []T {
	if len(s) == cap(s) {
		n := 2*cap(s) + 4
		if m.spend(n * size); m.err != nil {
			return s
		}
		s = slices.Grow(s, n-len(s))
	}
	return append(s, v)
}

// Sizes in memory, for spend.
const (
	valueSize  = 16
	itemSize   = 32
	dictSize   = 32
	tensorSize = 144
)

// run carries out the pickle and returns its value.
func (m *machine) run() (value, error) {
	for m.err == nil {
		m.op = m.at
		op := m.take(1)
		if m.err != nil {
			break
		}
		if op[0] == '.' {
			v := m.pop()
			m.op++
			if m.err == nil && (m.at != len(m.text) || len(m.stack) > 0 || len(m.marks) > 0) {
				m.fail("the end of the pickle", "not where it stops", "one value, and nothing behind it")
			}
			return v, m.err
		}
		if !m.literal(op[0]) && !m.structure(op[0]) && m.err == nil {
			m.fail("an opcode of the pickle", opcodeName(op[0]), "those that tensors and state dicts need")
		}
	}
	return nil, m.err
}

func (m *machine) take(n int64) []byte {
	rest := m.text[m.at:]
	if n > int64(len(rest)) {
		m.fail("the pickle", "cut short", "%s more than it has", strict.Bytes(n-int64(len(rest))))
		return nil
	}
	m.at += int(n)
	return rest[:n]
}

// number reads a little-endian number without a sign of up to 4 bytes; 0 behind the end.
func (m *machine) number(bytes int64) int64 {
	var wide [8]byte
	copy(wide[:], m.take(bytes))
	return int64(binary.LittleEndian.Uint64(wide[:]))
}

// line reads text up to a newline.
func (m *machine) line() string {
	n := slices.Index(m.text[m.at:min(len(m.text), m.at+256)], '\n')
	if n < 0 {
		m.fail("a name in the pickle", "without an end", "one of at most 255 bytes, and a newline")
		return ""
	}
	return strings.TrimSuffix(string(m.take(int64(n)+1)), "\n")
}

func (m *machine) push(v value) {
	if len(m.stack) == maxStack {
		m.fail("the pickle", "of too many values at once", "at most %d", maxStack)
		return
	}
	m.stack = append(m.stack, v)
}

// floor is how many values are below the last mark.
func (m *machine) floor() int {
	if len(m.marks) == 0 {
		return 0
	}
	return m.marks[len(m.marks)-1]
}

func (m *machine) pop() value {
	n := len(m.stack) - 1
	if n < m.floor() {
		m.fail("the pickle", "without a value here", "one")
		return nil
	}
	v := m.stack[n]
	m.stack = m.stack[:n]
	return v
}

// popMark returns the values above the last mark, which stand there until the next push.
func (m *machine) popMark() []value {
	if len(m.marks) == 0 {
		m.fail("the pickle", "without a mark here", "one")
		return nil
	}
	values := m.stack[m.floor():]
	m.stack = m.stack[:m.floor()]
	m.marks = m.marks[:len(m.marks)-1]
	return values
}
