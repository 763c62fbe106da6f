package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// assembled returns what an assembler that knows nothing of ours makes of instructions,
// or skips the test if there is none.
func assembled(t *testing.T, instructions []string) []string {
	t.Helper()
	source := strings.Join(instructions, "\n") + "\n"
	encoding := regexp.MustCompile(`encoding: \[0x(..),0x(..),0x(..),0x(..)\]`)
	for _, name := range []string{"llvm-mc-19", "llvm-mc"} {
		if _, err := exec.LookPath(name); err != nil {
			continue
		}
		mc := exec.Command(name, "-triple=aarch64", "-show-encoding")
		mc.Stdin = strings.NewReader(source)
		var errs bytes.Buffer
		mc.Stderr = &errs
		out, err := mc.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, errs.Bytes())
		}
		var words []string
		for _, m := range encoding.FindAllStringSubmatch(string(out), -1) {
			words = append(words, fmt.Sprintf("0x%s%s%s%s", m[4], m[3], m[2], m[1]))
		}
		return words
	}
	t.Skip("no llvm-mc: apt-get install llvm")
	return nil
}

func compare(t *testing.T, words map[string]string) {
	t.Helper()
	texts := slices.Sorted(maps.Keys(words))
	want := assembled(t, texts)
	if len(want) != len(texts) {
		t.Fatalf("%d words for %d instructions", len(want), len(texts))
	}
	for i, text := range texts {
		if words[text] != want[i] {
			t.Errorf("%s is %s, want %s", text, words[text], want[i])
		}
	}
}

// Every instruction of the table, with every register in every place.
func TestEncodings(t *testing.T) {
	words := map[string]string{}
	for form, word := range encodings {
		for n := range 32 {
			all := []any{n, (n*7 + 3) % 32, (n*13 + 5) % 32}[:strings.Count(form, "%d")]
			w := word
			for i, r := range all {
				w |= uint32(r.(int)) << []int{0, 5, 16}[i]
			}
			words[fmt.Sprintf(form, all...)] = fmt.Sprintf("%#08x", w)
		}
	}
	compare(t, words)
}

// Every word in the files that are written, and no register that is not for kernels.
func TestWrittenFiles(t *testing.T) {
	files, err := filepath.Glob("../*_arm64.s")
	if want := len(groups) - 1; err != nil || len(files) != want { // all but norm
		t.Fatalf("%d files, want %d (%v)", len(files), want, err)
	}
	word := regexp.MustCompile(`WORD +\$(0x[0-9a-f]{8}) // (.*)`)
	reserved := regexp.MustCompile(`\b(R18|R26|R27|R28|R29|R30|g|LR)\b`)
	words := map[string]string{}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(source)) {
			code, _, _ := strings.Cut(line, "//")
			if m := word.FindStringSubmatch(line); m != nil {
				if old := words[m[2]]; old != "" && old != m[1] {
					t.Errorf("%s is %s and %s", m[2], old, m[1])
				}
				words[m[2]] = m[1]
			} else if strings.Contains(code, "WORD") {
				t.Errorf("%s: what is %s", name, line)
			}
			if r := reserved.FindString(code); r != "" {
				t.Errorf("%s: %s in %s", name, r, line)
			}
		}
	}
	compare(t, words)
}

// What the second back end does not know is an error, not a wrong program.
func TestUnknownInstruction(t *testing.T) {
	fn := ir.NewFunction("f")
	fn.AddInstruction(&ir.Instruction{Opcode: "VADDPS"})
	if err := rewrite(fn); err == nil || !strings.Contains(err.Error(), "f: VADDPS is not for arm64") {
		t.Errorf("the error is %v", err)
	}
}

// A choice or a jump needs the flags of the instruction just before it.
func TestFlags(t *testing.T) {
	fn := ir.NewFunction("f")
	fn.AddInstruction(&ir.Instruction{Opcode: "JZ", IsBranch: true, Operands: []operand.Op{operand.LabelRef("l")}})
	if err := rewrite(fn); err == nil {
		t.Error("a jump on nothing is no error")
	}
}

// So is a register that is read before it is written, on any way through a function.
func TestUnsetRegister(t *testing.T) {
	r, v := reg.NewCollection().GP64(), reg.NewCollection().XMM()
	fn := ir.NewFunction("f")
	fn.AddInstruction(&ir.Instruction{Opcode: "JMP", IsBranch: true, Operands: []operand.Op{operand.LabelRef("use")}})
	fn.AddInstruction(&ir.Instruction{Opcode: "FMOVS", Outputs: []operand.Op{v},
		Inputs: []operand.Op{operand.Mem{Base: r}}})
	fn.AddLabel("use")
	fn.AddInstruction(&ir.Instruction{Opcode: "RET", IsTerminal: true, Inputs: []operand.Op{v}})
	file := ir.NewFile()
	file.AddSection(fn)
	if err := arm64.Execute(file); err == nil || !strings.Contains(err.Error(), "before it is written") {
		t.Errorf("the error is %v", err)
	}
}
