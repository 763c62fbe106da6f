package tensor_test

import "testing"

// Of a long tensor the ends of each axis are shown; an axis of six is shown whole, and
// one of seven is not.
func TestLongTensorsAreAbbreviated(t *testing.T) {
	if got, want := counting(1001).String(), "[   0    1    2 ...  998  999 1000]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := counting(6, 200).String(), `[[   0    1    2 ...  197  198  199]
 [ 200  201  202 ...  397  398  399]
 [ 400  401  402 ...  597  598  599]
 [ 600  601  602 ...  797  798  799]
 [ 800  801  802 ...  997  998  999]
 [1000 1001 1002 ... 1197 1198 1199]]`; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got, want := counting(200, 7).String(), `[[   0    1    2 ...    4    5    6]
 [   7    8    9 ...   11   12   13]
 [  14   15   16 ...   18   19   20]
 ...
 [1379 1380 1381 ... 1383 1384 1385]
 [1386 1387 1388 ... 1390 1391 1392]
 [1393 1394 1395 ... 1397 1398 1399]]`; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
