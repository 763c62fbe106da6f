package torchfile

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

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
		m.spend(dictSize)
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
		if _, is := to.(*dict); !is || !known {
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
	if v := m.top(); v != value(list) {
		m.fail("what elements are added to", describe(v), "a list")
	}
}

// setItems adds keys and values, by turns, to the dictionary that is on the stack.
func (m *machine) setItems(pairs []value) {
	d, is := m.top().(*dict)
	if !is || len(pairs)%2 != 0 {
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

// opcodes are the opcodes of pickles that are refused, each with its name, for errors.
const opcodes = "0POP 1POP_MARK 2DUP FFLOAT IINT LLONG SSTRING VUNICODE TBINSTRING pPUT gGET PPERSID dDICT lLIST " +
	"iINST oOBJ \x81NEWOBJ \x82EXT1 \x83EXT2 \x84EXT4 \x8bLONG4 BBINBYTES CSHORT_BINBYTES \x8cSHORT_BINUNICODE " +
	"\x8dBINUNICODE8 \x8eBINBYTES8 \x8fEMPTY_SET \x90ADDITEMS \x91FROZENSET \x92NEWOBJ_EX \x93STACK_GLOBAL " +
	"\x94MEMOIZE \x95FRAME \x96BYTEARRAY8 \x97NEXT_BUFFER \x98READONLY_BUFFER"

func opcodeName(op byte) string {
	for _, name := range strings.Fields(opcodes) {
		if name[0] == op {
			return name[1:]
		}
	}
	return fmt.Sprintf("%#02x", op)
}
