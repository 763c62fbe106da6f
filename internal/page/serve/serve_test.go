package serve

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hw4/data"
	"hw4/internal/page"
)

// A trial is a server that runs for the length of a test.
type trial struct {
	*Server
	host string
	stop func()
	done chan error
}

func start(t *testing.T) *trial {
	t.Helper()
	sets := sync.OnceValues(func() (*data.MNIST, error) {
		s := &data.Set{Rows: 28, Cols: 28, Images: make([]byte, 20000*28*28), Labels: make([]byte, 20000)}
		for i := range s.Labels {
			s.Labels[i] = byte(4 + 5*(i%2))
		}
		return &data.MNIST{Train: s, Test: s}, nil
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	tr := &trial{New(page.New(page.Content{Classes: 2, Sets: sets}), []byte("<!doctype html>")), l.Addr().String(), cancel,
		make(chan error, 1)}
	go func() { tr.done <- tr.Serve(ctx, l) }()
	t.Cleanup(cancel)
	return tr
}

// request returns a good request, to be spoiled.
func (tr *trial) request(method, path, body string) *http.Request {
	r, err := http.NewRequest(method, "http://"+tr.host+path, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Header.Set("X-HW4-Token", tr.token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "http://"+tr.host)
	return r
}

func do(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestWhatIsServed(t *testing.T) {
	tr := start(t)
	const count = `{}`
	header := func(name, value string) func(r *http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for name, c := range map[string]struct {
		method, path, body string
		spoil              func(r *http.Request)
		status             int
	}{
		"the page":             {"GET", "/", "", nil, 200},
		"an answer":            {"POST", "/api/count", count, nil, 200},
		"localhost":            {"POST", "/api/count", count, func(r *http.Request) { setHost(r, "localhost:1") }, 200},
		"another name":         {"GET", "/", "", func(r *http.Request) { r.Host = "evil.example" }, 403},
		"another name, to ask": {"POST", "/api/count", count, func(r *http.Request) { setHost(r, "evil.example:80") }, 403},
		"no token":             {"POST", "/api/count", count, func(r *http.Request) { r.Header.Del("X-HW4-Token") }, 403},
		"a wrong token":        {"POST", "/api/count", count, header("X-HW4-Token", "A"), 403},
		"another page":         {"POST", "/api/count", count, header("Origin", "http://evil.example"), 403},
		"another site":         {"POST", "/api/count", count, header("Sec-Fetch-Site", "cross-site"), 403},
		"a form":               {"POST", "/api/count", count, header("Content-Type", "text/plain"), 403},
		"reading the API":      {"GET", "/api/count", "", nil, 405},
		"writing the page":     {"POST", "/", "", nil, 405},
		"a file":               {"GET", "/go.mod", "", nil, 404},
		"a path upwards":       {"GET", "/../../etc/passwd", "", nil, 404},
		"a path in disguise":   {"GET", "/%2e%2e/%2e%2e/etc/passwd", "", nil, 404},
		"slashes":              {"GET", "//etc/passwd", "", nil, 404},
		"what there is not":    {"POST", "/api/../secret", count, nil, 200}, // an error of the page
	} {
		r := tr.request(c.method, c.path, c.body)
		if c.spoil != nil {
			c.spoil(r)
		}
		status, text := do(t, r)
		if status != c.status {
			t.Errorf("%s: status %d, want %d: %.80s", name, status, c.status, text)
		}
		if strings.Contains(text, tr.token) || strings.Contains(text, "root:") || strings.Contains(text, "module hw4") {
			t.Errorf("%s gives away %.80s", name, text)
		}
		if strings.Contains(name, "what there is not") && !strings.Contains(text, "does not know") {
			t.Errorf("%s: %.80s", name, text)
		}
	}
}

func setHost(r *http.Request, host string) {
	r.Host = host
	r.Header.Set("Origin", "http://"+host)
}

// settled waits until there are no more goroutines than before, but for a few.
func settled(t *testing.T, before int) {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	for range 100 {
		if runtime.NumGoroutine() <= before+3 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	all := make([]byte, 1<<16)
	t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, all[:runtime.Stack(all, true)])
}

// A thousand clients at once get an answer or are asked to come again, and leave nothing.
func TestManyClients(t *testing.T) {
	tr := start(t)
	do(t, tr.request("GET", "/", ""))
	before := runtime.NumGoroutine()
	const clients = 1000
	var good, busy atomic.Int32
	var all sync.WaitGroup
	transport := &http.Transport{MaxIdleConnsPerHost: -1}
	for range clients {
		all.Go(func() {
			answer, err := (&http.Client{Transport: transport}).Do(tr.request("POST", "/api/count", "{}"))
			if err != nil {
				t.Error(err)
				return
			}
			defer answer.Body.Close()
			text, _ := io.ReadAll(answer.Body)
			switch {
			case answer.StatusCode == http.StatusServiceUnavailable:
				busy.Add(1)
			case strings.Contains(string(text), "60806"):
				good.Add(1)
			}
		})
	}
	all.Wait()
	if good.Load()+busy.Load() != clients || good.Load() < clients/2 {
		t.Errorf("%d answers and %d refusals for %d clients", good.Load(), busy.Load(), clients)
	}
	settled(t, before)
}

// zeros is a body without end.
type zeros struct{ read atomic.Int64 }

func (z *zeros) Read(p []byte) (int, error) {
	clear(p)
	z.read.Add(int64(len(p)))
	return len(p), nil
}

// A body of 1 GB is refused before it has been read, and takes no memory.
func TestLargeBodies(t *testing.T) {
	tr := start(t)
	var m0, m1 runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m0)
	for range 3 {
		body := &zeros{}
		r := tr.request("POST", "/api/keep", "")
		r.Body, r.ContentLength = io.NopCloser(io.LimitReader(body, 1<<30)), 1<<30
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("status %d", answer.StatusCode)
			}
		}
		if n := body.read.Load(); n > 4*maxBody {
			t.Errorf("%d bytes of the body were read", n)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&m1)
	if grown := int64(m1.HeapAlloc) - int64(m0.HeapAlloc); grown > 4<<20 {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
}

// Bodies that do not come keep nobody else waiting, and the connections go in the end.
func TestSlowBodies(t *testing.T) {
	tr := start(t)
	for range answering / 2 {
		c, err := net.Dial("tcp", tr.host)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST /api/count HTTP/1.1\r\nHost: %s\r\nX-HW4-Token: %s\r\nContent-Type: application/json\r\n"+
			"Content-Length: 100\r\n\r\n{", tr.host, tr.token)
	}
	for range 20 { // without a token, they do not get a turn
		c, err := net.Dial("tcp", tr.host)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST /api/count HTTP/1.1\r\nHost: %s\r\nContent-Length: 100\r\n\r\n{", tr.host)
	}
	if status, _ := do(t, tr.request("POST", "/api/count", "{}")); status != http.StatusOK {
		t.Errorf("status %d beside slow bodies", status)
	}
	begun := time.Now()
	tr.stop()
	if err := <-tr.done; err != nil || time.Since(begun) > time.Second {
		t.Errorf("the server ended after %v with %v", time.Since(begun), err)
	}
}

const long = `{"loss":"mse","epochs":1000,"batch":16,"lr":0.01,"seed":0}`

// begun begins a training that would take long, and waits for its first part.
func begun(t *testing.T, ctx context.Context, tr *trial, client string) io.ReadCloser {
	t.Helper()
	r := tr.request("POST", "/api/train", long).WithContext(ctx)
	r.Header.Set("X-HW4-Client", client)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 8)
	if _, err := io.ReadFull(answer.Body, first); err != nil || !bytes.Equal(first, []byte(`{"part":`)) {
		t.Fatalf("%q, %v", first, err)
	}
	return answer.Body
}

// A training ends when its page goes, when the page begins another, and with the server.
func TestTrainingsEnd(t *testing.T) {
	tr := start(t)
	do(t, tr.request("GET", "/", ""))
	before := runtime.NumGoroutine()
	gone, leave := context.WithCancel(context.Background())
	begun(t, gone, tr, "a")
	leave()
	settled(t, before+8) // with the workers of the training

	one := begun(t, context.Background(), tr, "b")
	two := begun(t, context.Background(), tr, "b")
	if rest, _ := io.ReadAll(one); !bytes.Contains(rest, []byte(`"error":"stopped"`)) {
		t.Errorf("the first training of a client ended with %.100s", rest[max(0, len(rest)-100):])
	}
	begins := time.Now()
	tr.stop()
	if err := <-tr.done; err != nil || time.Since(begins) > time.Second {
		t.Errorf("the server ended after %v with %v", time.Since(begins), err)
	}
	_, _ = io.ReadAll(two)
	two.Close()
	one.Close()
	settled(t, before+8)
	tr.trainings.mutex.Lock()
	defer tr.trainings.mutex.Unlock()
	if n := len(tr.trainings.running); n != 0 {
		t.Errorf("%d trainings are left", n)
	}
}
