package torchfile

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

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
	switch v := v.(type) {
	case nil:
		return "None"
	case bool, int64:
		return fmt.Sprint(v)
	case string:
		return fmt.Sprintf("%.40q", v)
	case tuple:
		return "a tuple"
	case *dict:
		return "a dictionary"
	case class:
		return "a class"
	case function:
		return "the function " + string(v)
	case *storage:
		return "a storage"
	case *Tensor:
		return "a tensor"
	}
	return string(v.(other))
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
	order    binary.ByteOrder
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
	tensorSize = 192
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

// take reads bytes.
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

// literal carries out the opcodes that push a constant. It is false for others.
func (m *machine) literal(op byte) bool {
	switch op {
	case 'N': // NONE
		m.push(nil)
	case '\x88', '\x89': // NEWTRUE, NEWFALSE
		m.push(op == '\x88')
	case 'K': // BININT1
		m.push(m.number(1))
	case 'M': // BININT2
		m.spend(8)
		m.push(m.number(2))
	case 'J': // BININT
		m.spend(8)
		m.push(int64(int32(m.number(4))))
	case '\x8a': // LONG1
		m.long(m.take(m.number(1)))
	case 'G': // BINFLOAT
		m.take(8)
		m.push(float)
	case 'X': // BINUNICODE
		m.text8(m.take(m.number(4)))
	case 'U': // SHORT_BINSTRING
		m.text8(m.take(m.number(1)))
	case ')': // EMPTY_TUPLE
		m.push(tuple(nil))
	case ']': // EMPTY_LIST
		m.push(list)
	case '}': // EMPTY_DICT
		m.spend(64)
		m.push(&dict{})
	case 'c': // GLOBAL
		module, name := m.line(), ""
		if m.err == nil {
			name = m.line()
		}
		if m.err == nil {
			m.global(module, name)
		}
	default:
		return false
	}
	return true
}

// long pushes a little-endian number with a sign. One of more than 8 bytes is no size.
func (m *machine) long(b []byte) {
	if len(b) > 8 {
		m.push(float)
		return
	}
	var wide [8]byte
	copy(wide[:], b)
	shift := 64 - 8*len(b)
	m.spend(8)
	m.push(int64(binary.LittleEndian.Uint64(wide[:])<<shift) >> shift)
}

func (m *machine) text8(b []byte) {
	if !utf8.Valid(b) {
		m.fail("a string in the pickle", "not UTF-8", "UTF-8")
		return
	}
	m.spend(valueSize + len(b))
	m.push(string(b))
}

// structure carries out the opcodes that put values together. It is false for others.
func (m *machine) structure(op byte) bool {
	switch op {
	case '\x80': // PROTO
		if p := m.number(1); p != 2 {
			m.fail("the protocol of the pickle", fmt.Sprint(p), "2: leave pickle_protocol out of torch.save")
		}
	case '(': // MARK
		if len(m.marks) == maxDepth {
			m.fail("a value in the pickle", "inside too many others", "at most %d levels", maxDepth)
			break
		}
		m.marks = append(m.marks, len(m.stack))
	case 't': // TUPLE
		m.tuple(m.popMark())
	case '\x85', '\x86', '\x87': // TUPLE1, TUPLE2, TUPLE3
		n := int(op-'\x85') + 1
		if from := len(m.stack) - n; from < m.floor() {
			m.fail("the pickle", "without a value here", "%d for a tuple", n)
		} else {
			values := m.stack[from:]
			m.stack = m.stack[:from]
			m.tuple(values)
		}
	case 'a': // APPEND
		m.pop()
		m.toList()
	case 'e': // APPENDS
		m.popMark()
		m.toList()
	case 's': // SETITEM
		v, k := m.pop(), m.pop()
		m.setItems([]value{k, v})
	case 'u': // SETITEMS
		m.setItems(m.popMark())
	case 'b': // BUILD: the attributes of an OrderedDict
		state, to := m.pop(), m.top()
		_, known := state.(*dict)
		if _, is := to.(*dict); m.err == nil && !(is && known) {
			m.fail("an object in the pickle", describe(to)+" with a state", "state dicts alone")
		}
	case 'R': // REDUCE
		args, f := m.pop(), m.pop()
		m.call(f, args)
	case 'Q': // BINPERSID
		m.persistent(m.pop())
	default:
		return m.remember(op)
	}
	return true
}

// remember carries out the opcodes of the memo.
func (m *machine) remember(op byte) bool {
	switch wide := map[bool]int64{false: 1, true: 4}; op {
	case 'q', 'r': // BINPUT, LONG_BINPUT
		switch i, v := m.number(wide[op == 'r']), m.top(); {
		case m.err != nil:
		case i < int64(len(m.memo)):
			m.memo[i] = v
		case i == int64(len(m.memo)):
			m.memo = grow(m, m.memo, v, valueSize)
		default:
			m.fail("a number of the memo", fmt.Sprint(i), "%d, the next", len(m.memo))
		}
	case 'h', 'j': // BINGET, LONG_BINGET
		i := m.number(wide[op == 'j'])
		if m.err == nil && i >= int64(len(m.memo)) {
			m.fail("a number of the memo", fmt.Sprint(i), "below %d", len(m.memo))
		}
		if m.err == nil {
			m.push(m.memo[i])
		}
	default:
		return false
	}
	return true
}

// top returns the last value without taking it.
func (m *machine) top() value {
	v := m.pop()
	if m.err == nil {
		m.stack = append(m.stack, v)
	}
	return v
}

// tuple pushes a copy of values, which may stand where it will.
func (m *machine) tuple(values []value) {
	if m.spend(24 + valueSize*len(values)); m.err == nil {
		m.push(tuple(slices.Clone(values)))
	}
}

func (m *machine) toList() {
	if v := m.top(); m.err == nil && v != value(list) {
		m.fail("what elements are added to", describe(v), "a list")
	}
}

// setItems adds keys and values, by turns, to the dictionary that is on the stack.
func (m *machine) setItems(pairs []value) {
	d, is := m.top().(*dict)
	if m.err == nil && (!is || len(pairs)%2 != 0) {
		m.fail("the keys and values", "not in pairs, or not of a dictionary", "a value for each key of a dictionary")
	}
	for i := 0; i+1 < len(pairs) && m.err == nil; i += 2 {
		d.n++
		key, isText := pairs[i].(string)
		if n, isNumber := pairs[i].(int64); isNumber {
			key, isText = strconv.FormatInt(n, 10), true
		}
		switch v := pairs[i+1].(type) {
		case *Tensor:
		case *dict:
			if len(v.items) == 0 {
				continue
			}
		default:
			continue
		}
		if !isText {
			m.fail("the key of a tensor", describe(pairs[i]), "a string")
			return
		}
		d.items = grow(m, d.items, item{key, pairs[i+1]}, itemSize)
	}
}
