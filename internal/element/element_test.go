package element_test

import (
	"encoding/binary"
	"math"
	"testing"

	"hw4/internal/element"
)

var little = binary.LittleEndian

func decode[T element.Float](t *testing.T, b []byte, typ element.Type, order binary.ByteOrder) (T, bool) {
	t.Helper()
	if len(b) != typ.Size() {
		t.Fatalf("%d bytes for a type of size %d", len(b), typ.Size())
	}
	var x [1]T
	bad := element.Decode(x[:], b, typ, order)
	return x[0], bad < 0
}

// Every binary16 number by the definition: (-1)^s 2^(e-15) (1 + f/1024), and
// 2^-14 f/1024 for e = 0.
func TestEveryHalf(t *testing.T) {
	for h := range 1 << 16 {
		sign, e, f := 1-2*float64(h>>15), h>>10&31, float64(h&1023)
		want := sign * math.Ldexp(1+f/1024, e-15)
		switch {
		case e == 0:
			want = sign * math.Ldexp(f/1024, -14)
		case e == 31 && f == 0:
			want = sign * math.Inf(1)
		case e == 31:
			want = math.NaN()
		}
		got, ok := decode[float32](t, little.AppendUint16(nil, uint16(h)), element.Float16, little)
		if !ok || math.Signbit(float64(got)) != (h>>15 == 1) || float64(got) != want &&
			!(math.IsNaN(want) && math.IsNaN(float64(got))) {
			t.Fatalf("%#04x is %v, want %v", h, got, want)
		}
	}
}

func TestEveryBFloat(t *testing.T) {
	for h := range 1 << 16 {
		got, ok := decode[float32](t, binary.BigEndian.AppendUint16(nil, uint16(h)), element.BFloat16, binary.BigEndian)
		if !ok || math.Float32bits(got) != uint32(h)<<16 {
			t.Fatalf("%#04x is %v", h, got)
		}
	}
}

// An integer becomes the float of its value, if there is one.
func TestIntegers(t *testing.T) {
	for _, c := range []struct {
		typ         element.Type
		bits        uint64
		want        float64
		in32, exact bool
	}{
		{element.Bool, 0, 0, true, true},
		{element.Bool, 1, 1, true, true},
		{element.Bool, 2, 0, false, false},
		{element.Bool, 255, 0, false, false},
		{element.Int8, 0x80, -128, true, true},
		{element.Int16, 0xffff, -1, true, true},
		{element.Uint16, 0xffff, 65535, true, true},
		{element.Int32, 0x80000000, -1 << 31, true, true},
		{element.Int32, 1<<24 + 1, 1<<24 + 1, false, true},
		{element.Uint32, 0xffffffff, 1<<32 - 1, false, true},
		{element.Int64, 1 << 53, 1 << 53, true, true},
		{element.Int64, 1<<53 + 1, 0, false, false},
		{element.Int64, 1<<63 - 1, 0, false, false},
		{element.Int64, 1 << 63, -1 << 63, true, true},
		{element.Int64, math.MaxUint64, -1, true, true},
		{element.Uint64, 1 << 63, 1 << 63, true, true},
		{element.Uint64, math.MaxUint64, 0, false, false},
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			b := order.AppendUint64(nil, c.bits)
			read := binary.ByteOrder(binary.LittleEndian)
			if order == binary.AppendByteOrder(binary.BigEndian) {
				b, read = b[8-c.typ.Size():], binary.BigEndian
			}
			b = b[:c.typ.Size()]
			x, ok := decode[float64](t, b, c.typ, read)
			if ok != c.exact || ok && x != c.want {
				t.Errorf("type %d, %v, %#x: float64 %v, %v, want %v, %v", c.typ, order, c.bits, x, ok, c.want, c.exact)
			}
			y, ok := decode[float32](t, b, c.typ, read)
			if ok != c.in32 || ok && float64(y) != c.want {
				t.Errorf("type %d, %v, %#x: float32 %v, %v, want %v, %v", c.typ, order, c.bits, y, ok, c.want, c.in32)
			}
		}
	}
}

func TestFloatsKeepTheirBits(t *testing.T) {
	for _, bits := range []uint32{0, 1 << 31, 1, 0x7f7fffff, 0x7f800000, 0x7fa00001, 0xffc12345} {
		b := element.Encode([]float32{math.Float32frombits(bits)})
		x, ok := decode[float32](t, b, element.Float32, little)
		if got := math.Float32bits(x); !ok || got != bits || little.Uint32(b) != bits {
			t.Errorf("float32 %#x: % x, %#x", bits, b, got)
		}
	}
	for _, bits := range []uint64{0, 1 << 63, 1, 0x7ff0000000000001, 0xfff8000000012345, math.Float64bits(0.1)} {
		b := element.Encode([]float64{math.Float64frombits(bits)})
		x, ok := decode[float64](t, b, element.Float64, little)
		if got := math.Float64bits(x); !ok || got != bits || little.Uint64(b) != bits {
			t.Errorf("float64 %#x: % x, %#x", bits, b, got)
		}
	}
	for v, want := range map[float64]bool{0.5: true, 0.1: false, 1e300: false, math.Inf(1): true, math.NaN(): true,
		0x1p-149: true, 0x1p-150: false} {
		if _, ok := decode[float32](t, element.Encode([]float64{v}), element.Float64, little); ok != want {
			t.Errorf("float64 %v as float32: %v, want %v", v, ok, want)
		}
	}
}

// Decode says which element is the first that does not fit.
func TestFirstBadElement(t *testing.T) {
	if bad := element.Decode(make([]float32, 4), []byte{1, 0, 2, 3}, element.Bool, little); bad != 2 {
		t.Errorf("element %d, want 2", bad)
	}
	if bad := element.Decode[float32](nil, nil, element.Bool, little); bad != -1 {
		t.Errorf("of none: element %d", bad)
	}
}

func TestPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"too few bytes": func() { element.Decode(make([]float32, 2), make([]byte, 7), element.Float32, little) },
		"no type":       func() { element.Type(0).Size() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
