package data

import (
	"os"
	"strings"
	"testing"
)

func TestReadRegularLimit(t *testing.T) {
	path := file(t, []byte("12345"))
	if b, err := readRegular(path, 5); err != nil || string(b) != "12345" {
		t.Errorf("at the limit: %q, %v", b, err)
	}
	if _, err := readRegular(path, 4); err == nil || err.Error() != path+": the length is 5 bytes, want at most 4 bytes" {
		t.Errorf("above the limit: %v", err)
	}
	// A file of /proc has size 0 and content all the same.
	const endless = "/proc/self/maps"
	if info, err := os.Stat(endless); err != nil || info.Size() != 0 {
		t.Skip("there is no " + endless)
	}
	if _, err := readRegular(endless, 10); err == nil || !strings.Contains(err.Error(), "the length is longer, want at most 10 bytes") {
		t.Errorf("a file that is longer than it says: %v", err)
	}
}
