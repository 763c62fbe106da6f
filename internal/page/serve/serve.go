// Package serve is the way to the page through HTTP on this machine. Whoever asks needs
// a token, which is in the address that the user gets.
package serve

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"hw4/internal/page"
)

// Limits of what the server does for its clients.
const (
	maxBody   = 24 << 20         // bytes of a request: a file of weights
	maxHeader = 16 << 10         // bytes
	answering = 16               // requests that are read and answered at once
	training  = 2                // trainings that run at once
	reading   = 15 * time.Second // for a whole request
	writing   = 10 * time.Second // for a message of an answer
	waiting   = 20 * time.Second // for its turn
	idle      = time.Minute
	ending    = 500 * time.Millisecond
)

// A Server gives the page to browsers and answers what it asks.
type Server struct {
	page      *page.Page
	html      []byte
	token     string
	answering chan struct{}
	trainings trainings
}

// New returns a server of the page and its HTML, with a token of its own.
func New(p *page.Page, html []byte) *Server {
	return &Server{
		page: p, html: html, token: rand.Text(), answering: make(chan struct{}, answering),
		trainings: trainings{running: make(map[string]*running), turns: make(chan struct{}, training)},
	}
}

// Address returns the address of the page on a listener. The token is in the fragment,
// which browsers send to nobody.
func (s *Server) Address(l net.Listener) string {
	return "http://" + l.Addr().String() + "/#token=" + s.token
}

// Serve serves until the context ends, and then cancels what it is doing.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: s, ReadTimeout: reading, ReadHeaderTimeout: reading, IdleTimeout: idle, MaxHeaderBytes: maxHeader,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		soon, cancel := context.WithTimeout(context.Background(), ending)
		defer cancel()
		if server.Shutdown(soon) != nil {
			_ = server.Close()
		}
	})
	err := server.Serve(l)
	if !stop() {
		<-ended
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range map[string]string{
		"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer",
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
	} {
		w.Header().Set(name, value)
	}
	name, asks := strings.CutPrefix(r.URL.Path, "/api/")
	switch {
	case !here(r.Host):
		http.Error(w, "this server is reached by its address only, not by a name", http.StatusForbidden)
	case asks && r.Method == http.MethodPost:
		s.api(w, r, name)
	case asks:
		http.Error(w, "want POST", http.StatusMethodNotAllowed)
	case r.URL.Path != "/":
		http.NotFound(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		http.Error(w, "want GET", http.StatusMethodNotAllowed)
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(s.html)
	}
}

// here reports whether a request was sent to an address, or to localhost. A page of
// somebody else can only reach the server by a name of its own that it has bound to the
// address anew.
func here(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	_, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil || name == "localhost"
}

// allowed says why a request is not answered; nothing if it is.
func (s *Server) allowed(r *http.Request) string {
	origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case origin != "" && origin != "http://"+r.Host, site != "" && site != "same-origin" && site != "none":
		return "the page that asks is not that of this server"
	case subtle.ConstantTimeCompare([]byte(r.Header.Get("X-HW4-Token")), []byte(s.token)) != 1:
		return "the token is missing or wrong: open the address that 'hw4 serve' has printed"
	case kind != "application/json":
		return "want Content-Type: application/json"
	}
	return ""
}

// api answers what the page asks.
func (s *Server) api(w http.ResponseWriter, r *http.Request, name string) {
	if why := s.allowed(r); why != "" {
		http.Error(w, why, http.StatusForbidden)
		return
	}
	turn, cancel := context.WithTimeout(r.Context(), waiting)
	defer cancel()
	select {
	case s.answering <- struct{}{}:
	case <-turn.Done():
		http.Error(w, "too many requests at once; try again", http.StatusServiceUnavailable)
		return
	}
	release := sync.OnceFunc(func() { <-s.answering })
	defer release()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		http.Error(w, "the request is too large", http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		http.Error(w, "the request has not come as a whole", http.StatusBadRequest)
		return
	}
	ctx, stop := context.WithCancel(r.Context())
	defer stop()
	if page.Trains(name) {
		release() // which would keep others waiting
		done, err := s.trainings.begin(ctx, r.Header.Get("X-HW4-Client"), stop)
		if err != nil {
			http.Error(w, "too many trainings at once; try again", http.StatusServiceUnavailable)
			return
		}
		defer done()
	}
	s.answer(ctx, stop, w, name, body)
}

// answer sends the messages of an answer, one a line. A client that does not take them
// ends it.
func (s *Server) answer(ctx context.Context, stop func(), w http.ResponseWriter, name string, body []byte) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	control := http.NewResponseController(w)
	s.page.Answer(ctx, name, body, func(message []byte) {
		_ = control.SetWriteDeadline(time.Now().Add(writing)) // not every writer has one
		if _, err := w.Write(append(message, '\n')); err != nil || control.Flush() != nil {
			stop()
		}
	})
}
