package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestPage(t *testing.T) {
	counts, err := read([]byte(`{"What":"kills","Tried":1000,"Note":"all resumed","Seconds":90,"Commit":"c1"}
{"What":"faults","Tried":1234567,"Failed":3,"Commit":"c1"}
{"What":"faults","Tried":1234567,"Failed":2,"Commit":"c2"}
{"What":"fuzz inputs of a.F","Tried":3,"Failed":1,"Seconds":60,"Commit":"c2"}
{"What":"fuzz inputs of b.G","Tried":4,"Seconds":30,"Commit":"c2"}
`))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := write(&b, counts, time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"on 2 January 2026, 03:04 UTC", "| faults | 1,234,567 | 2 | 0.0 | c2 |\n",
		"| fuzz inputs, together | 7 | 1 | 1.5 | c2 |\n", "\n| kills | 1,000 | 0 | 1.5 | c1 |\n",
		"\n- kills:\n  all resumed.\n", "\n- fuzz inputs, together:\n  no panic",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if _, err := read([]byte("{")); err == nil {
		t.Error("half a line was read")
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1e5: "100,000", 1e6: "1,000,000"} {
		if got := grouped(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
}
