package atomicfile

import (
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"testing"
	"time"
)

// disk is a file system in memory that knows what a power cut leaves: of a file
// that was not synced nothing or a part, and of the changes of names since the
// folder was synced any selection.
type disk struct {
	links   bool
	names   map[string]*inode // as programs see them
	durable map[string]*inode // as of the last SyncDir
	pending []change          // since then
	steps   int               // until the cut
}

type inode struct{ content, synced string }

// A change gives an inode a name and takes one away; both may be empty.
type change struct {
	inode    *inode
	to, from string
}

var errCut = errors.New("the power is cut")

func newDisk(links bool) *disk {
	return &disk{links: links, names: map[string]*inode{}, durable: map[string]*inode{}, steps: 1000}
}

func (d *disk) step() error {
	if d.steps--; d.steps < 0 {
		return errCut
	}
	return nil
}

func apply(names map[string]*inode, c change) {
	delete(names, c.from)
	if c.to != "" {
		names[c.to] = c.inode
	}
}

func (d *disk) change(from string, c change) error {
	if err := d.step(); err != nil {
		return err
	}
	if from != "" && d.names[from] == nil {
		return fs.ErrNotExist
	}
	apply(d.names, c)
	d.pending = append(d.pending, c)
	return nil
}

func (d *disk) Create(path string) (File, error) {
	n := new(inode)
	return &diskFile{d, n}, d.change("", change{n, path, ""})
}

func (d *disk) Link(old, new string) error {
	if !d.links {
		return errors.ErrUnsupported
	}
	return d.change(old, change{d.names[old], new, ""})
}

func (d *disk) Rename(old, new string) error {
	if d.names[old] != nil && d.names[old] == d.names[new] {
		return d.step() // as POSIX has it
	}
	return d.change(old, change{d.names[old], new, old})
}

func (d *disk) Remove(path string) error           { return d.change(path, change{nil, "", path}) }
func (d *disk) Follow(path string) (string, error) { return path, nil }

func (d *disk) Stat(path string) (fs.FileInfo, error) {
	if n := d.names[path]; n != nil {
		return info(path), nil
	}
	return nil, fs.ErrNotExist
}

func (d *disk) SyncDir(string) error {
	if err := d.step(); err != nil {
		return err
	}
	d.durable, d.pending = maps.Clone(d.names), nil
	return nil
}

type diskFile struct {
	disk  *disk
	inode *inode
}

func (f *diskFile) Write(b []byte) (int, error) {
	if err := f.disk.step(); err != nil {
		return 0, err
	}
	f.inode.content += string(b)
	return len(b), nil
}

func (f *diskFile) Sync() error {
	if err := f.disk.step(); err != nil {
		return err
	}
	f.inode.synced = f.inode.content
	return nil
}

func (f *diskFile) Close() error { return f.disk.step() }

// info is that of a regular file.
type info string

func (i info) Name() string     { return string(i) }
func (info) Size() int64        { return 0 }
func (info) Mode() fs.FileMode  { return 0 }
func (info) ModTime() time.Time { return time.Time{} }
func (info) IsDir() bool        { return false }
func (info) Sys() any           { return nil }

// After a power cut at any step, whatever part of what was not synced is on the
// disk, there is the old version or the new one; the new one if Write had ended.
func TestPowerCut(t *testing.T) {
	cuts := 0
	for _, links := range []bool{true, false} {
		for steps := 0; ; steps++ {
			d := newDisk(links)
			path := filepath.Join("dir", "f")
			opt := Options{Previous: "f.previous", Temporary: "f.new", FS: d}
			for _, v := range []string{"older", "old"} {
				if err := Write(path, []byte(v), opt); err != nil {
					t.Fatal(err)
				}
			}
			d.steps = steps
			err := Write(path, []byte("new"), opt)
			for selection := range 1 << len(d.pending) {
				names := maps.Clone(d.durable)
				for i, c := range d.pending {
					if selection>>i&1 == 1 {
						apply(names, c)
					}
				}
				cuts++
				checkDisk(t, names, path, err == nil)
			}
			if err == nil {
				break
			}
			if !errors.Is(err, errCut) {
				t.Fatal(err)
			}
		}
	}
	t.Logf("%d states of the disk", cuts)
}

func checkDisk(t *testing.T, names map[string]*inode, path string, ended bool) {
	t.Helper()
	now, previous := "-", "-"
	if n := names[path]; n != nil {
		now = n.synced
	}
	if n := names[path+".previous"]; n != nil {
		previous = n.synced
	}
	switch {
	case ended && (now != "new" || previous != "old"):
		t.Errorf("Write had ended, and there are %q and %q", now, previous)
	case now != "new" && now != "old" && (now != "-" || previous != "old"):
		t.Errorf("there are %q and %q", now, previous)
	}
}
