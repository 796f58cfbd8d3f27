// Core does what its first argument says, so that a test sees how the emulator's core answers.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

var kernel32 = syscall.NewLazyDLL("kernel32.dll")

func main() {
	what := map[string]func(){
		"args": args, "busy": busy, "deadlock": deadlock, "deep": deep, "divide": divide, "exit": exit,
		"fault": fault, "gc": gc, "goroutines": goroutines, "lasterror": lastError, "memory": memory,
		"mutex": mutex, "panic": panics, "ports": ports, "reserve": reserve, "sleep": sleep, "stale": stale,
		"threads": threads, "timers": timers, "unsupported": unsupported, "raise": raise, "apc": apc,
		"protect": protect, "limit": limit, "notify": notify, "unheeded": unheeded, "stuck": stuck,
		"patient": patient, "generate": generate, "line": line,
	}
	what[os.Args[1]]()
}

func args() {
	fmt.Printf("%q %q\n", os.Args[2:], os.Getenv("GIVEN"))
}

func busy() {
	done := make(chan bool)
	x := 0
	go func() {
		for {
			x++
		}
	}()
	go func() { time.Sleep(20 * time.Millisecond); done <- true }()
	<-done
	fmt.Println("preempted")
}

func deadlock() {
	<-make(chan bool)
}

func deep() {
	var down func(n int) int
	down = func(n int) int {
		var room [64]int
		if n == 0 {
			return 1
		}
		room[n%64] = n
		return down(n-1) + room[n%64] - n
	}
	fmt.Println(down(50000))
}

type pair struct{ a, b int }

//go:noinline
func quotient(p *pair, by int) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = e.(error)
		}
	}()
	fmt.Println(p.b / by)
	return nil
}

func divide() {
	fmt.Println(quotient(&pair{1, 8}, 2), quotient(nil, 2), quotient(&pair{1, 8}, 0))
}

func exit() {
	code, _ := strconv.Atoi(os.Args[2])
	os.Exit(code)
}

func fault() {
	debug.SetPanicOnFault(true)
	defer func() { fmt.Println(recover()) }()
	fmt.Println(*(*int)(unsafe.Pointer(uintptr(0x1234567000))))
}

func gc() {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var kept [][]byte
	for n := range 2000 {
		kept = append(kept, make([]byte, 8192))
		if n%10 == 0 {
			kept = nil
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	fmt.Println(len(kept), after.NumGC > before.NumGC, after.HeapAlloc < 8<<20)
}

func goroutines() {
	var group sync.WaitGroup
	var sum atomic.Int64
	results := make(chan int, 200)
	for n := range 200 {
		group.Add(1)
		go func() {
			defer group.Done()
			_ = make([]byte, 1<<14)
			runtime.Gosched()
			sum.Add(int64(n))
			results <- n
		}()
	}
	group.Wait()
	fmt.Println(sum.Load(), len(results))
}

func lastError() {
	set, get := kernel32.NewProc("SetLastError"), kernel32.NewProc("GetLastError")
	var group sync.WaitGroup
	found := make([]uintptr, 4)
	for n := range found {
		group.Add(1)
		go func() {
			defer group.Done()
			runtime.LockOSThread()
			// Go itself clears the last error before each call, so it is what the call left.
			_, _, err := set.Call(uintptr(1000 + n))
			time.Sleep(time.Millisecond)
			get.Call()
			found[n] = uintptr(err.(syscall.Errno))
		}()
	}
	group.Wait()
	fmt.Println(found)
}

func memory() {
	alloc, free, query := kernel32.NewProc("VirtualAlloc"), kernel32.NewProc("VirtualFree"), kernel32.NewProc("VirtualQuery")
	base, _, _ := alloc.Call(0, 1<<20, 0x2000, 4)
	middle, _, _ := alloc.Call(base+0x10000, 0x3000, 0x1000, 4)
	*(*int)(unsafe.Pointer(middle)) = 7
	var info [6]uint64
	query.Call(base, uintptr(unsafe.Pointer(&info)), 48)
	fmt.Printf("%#x %#x %#x\n", middle-base, info[3], info[4])
	free.Call(middle, 0x1000, 0x4000)
	alloc.Call(middle, 0x1000, 0x1000, 4)
	_, _, err := free.Call(base, 1, 0x8000)
	ok, _, _ := free.Call(base, 0, 0x8000)
	_, _, again := free.Call(base, 0, 0x8000)
	fmt.Println(*(*int)(unsafe.Pointer(&info[5])) != 0, err.(syscall.Errno), ok, again.(syscall.Errno) == 487)
}

func reserve() {
	alloc := kernel32.NewProc("VirtualAlloc")
	total := 0
	for total < 1<<40 {
		at, _, err := alloc.Call(0, 1<<34, 0x2000, 4)
		if at == 0 {
			fmt.Println(err)
			return
		}
		total += 1 << 34
	}
	fmt.Println("reserved a tebibyte")
}

func limit() {
	alloc := kernel32.NewProc("VirtualAlloc")
	for {
		if at, _, err := alloc.Call(0, 64<<20, 0x3000, 4); at == 0 {
			fmt.Println(int(err.(syscall.Errno)))
			return
		}
	}
}

func protect() {
	debug.SetPanicOnFault(true)
	defer func() { fmt.Println(recover()) }()
	alloc, change := kernel32.NewProc("VirtualAlloc"), kernel32.NewProc("VirtualProtect")
	at, _, _ := alloc.Call(0, 0x2000, 0x3000, 4)
	var old uint32
	change.Call(at, 0x1000, 2, uintptr(unsafe.Pointer(&old)))
	fmt.Println(old, *(*byte)(unsafe.Pointer(at)))
	*(*byte)(unsafe.Pointer(at)) = 1
}

func mutex() {
	create, release := kernel32.NewProc("CreateMutexW"), kernel32.NewProc("ReleaseMutex")
	// The other goroutine gets a thread that can end: the first one cannot.
	runtime.LockOSThread()
	handle, _, _ := create.Call(0, 0, 0)
	done := make(chan bool)
	go func() {
		// The thread ends with the goroutine that is locked to it, and abandons the mutex.
		runtime.LockOSThread()
		syscall.WaitForSingleObject(syscall.Handle(handle), syscall.INFINITE)
		done <- true
	}()
	<-done
	time.Sleep(10 * time.Millisecond)
	state, _ := syscall.WaitForSingleObject(syscall.Handle(handle), 100)
	ok, _, _ := release.Call(handle)
	_, _, err := release.Call(handle)
	fmt.Printf("%#x %d %d\n", state, ok, int(err.(syscall.Errno)))
}

func panics() {
	var p *pair
	fmt.Println(p.b)
}

func ports() {
	port, _ := syscall.CreateIoCompletionPort(syscall.InvalidHandle, 0, 0, 0)
	go func() {
		time.Sleep(5 * time.Millisecond)
		syscall.PostQueuedCompletionStatus(port, 42, 7, nil)
	}()
	var count, key uint32
	var overlapped *syscall.Overlapped
	err := syscall.GetQueuedCompletionStatus(port, &count, &key, &overlapped, 1000)
	late := syscall.GetQueuedCompletionStatus(port, &count, &key, &overlapped, 10)
	fmt.Println(err, count, key, int(late.(syscall.Errno)))
}

func sleep() {
	begin := time.Now()
	time.Sleep(90 * time.Minute)
	long := time.Since(begin)
	begin = time.Now()
	time.Sleep(time.Millisecond)
	short := time.Since(begin)
	fmt.Println(long >= 90*time.Minute, long < 90*time.Minute+5*time.Millisecond, short >= time.Millisecond, short < 4*time.Millisecond)
}

func stale() {
	for _, handle := range []syscall.Handle{0, 0xABCD0} {
		err := syscall.CloseHandle(handle)
		fmt.Println(int(err.(syscall.Errno)), errors.Is(err, os.ErrInvalid), errors.Is(err, os.ErrNotExist))
	}
	event, _, _ := kernel32.NewProc("CreateEventW").Call(0, 0, 0, 0)
	fmt.Println(syscall.CloseHandle(syscall.Handle(event)), syscall.CloseHandle(syscall.Handle(event)) == syscall.Errno(6))
}

func threads() {
	suspend, resume := kernel32.NewProc("SuspendThread"), kernel32.NewProc("ResumeThread")
	begin := kernel32.NewProc("ExitThread").Addr()
	const suspended = 4
	thread, _, _ := kernel32.NewProc("CreateThread").Call(0, 0, begin, 5, suspended, 0)
	early, _ := syscall.WaitForSingleObject(syscall.Handle(thread), 10)
	first, _, _ := suspend.Call(thread)
	second, _, _ := resume.Call(thread)
	third, _, _ := resume.Call(thread)
	late, _ := syscall.WaitForSingleObject(syscall.Handle(thread), 1000)
	var code uint32
	kernel32.NewProc("GetExitCodeThread").Call(thread, uintptr(unsafe.Pointer(&code)))
	_, _, err := suspend.Call(thread)
	fmt.Printf("%#x %d %d %d %d %d %d\n", early, first, second, third, late, code, int(err.(syscall.Errno)))
}

func timers() {
	ticker := time.NewTicker(10 * time.Millisecond)
	begin := time.Now()
	for range 10 {
		<-ticker.C
	}
	spent := time.Since(begin)
	after := time.After(time.Second)
	select {
	case <-after:
	case <-time.After(2 * time.Second):
		fmt.Println("the wrong one")
	}
	fmt.Println(spent >= 99*time.Millisecond, spent < 110*time.Millisecond)
}

func unsupported() {
	callIt()
}

//go:noinline
func callIt() {
	kernel32.NewProc("CreateProcessW").Call(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
}

func raise() {
	kernel32.NewProc("RaiseException").Call(0xE0001234, 0, 0, 0)
}

func apc() {
	var called []string
	routine := syscall.NewCallback(func(argument uintptr) uintptr {
		called = append(called, fmt.Sprint(argument))
		return 0
	})
	runtime.LockOSThread()
	thread, _, _ := kernel32.NewProc("GetCurrentThread").Call()
	queue := kernel32.NewProc("QueueUserAPC")
	queue.Call(routine, thread, 1)
	queue.Call(routine, thread, 2)
	code, _, _ := kernel32.NewProc("SleepEx").Call(10000, 1)
	fmt.Printf("%#x %s\n", code, strings.Join(called, " "))
}

func notify() {
	came := make(chan os.Signal, 1)
	signal.Notify(came, os.Interrupt, syscall.SIGTERM)
	fmt.Println("ready")
	fmt.Println(<-came)
	os.Exit(7)
}

func unheeded() {
	fmt.Println("ready")
	for {
		time.Sleep(time.Millisecond)
	}
}

func generate() {
	event := kernel32.NewProc("GenerateConsoleCtrlEvent")
	ignore := kernel32.NewProc("SetConsoleCtrlHandler")
	ignore.Call(0, 1)
	event.Call(0, 0)
	ignore.Call(0, 0)
	came := make(chan os.Signal, 1)
	signal.Notify(came, os.Interrupt)
	one, _, _ := event.Call(1, 0)
	fmt.Println(<-came, len(came), one)
	wrong, _, err := event.Call(5, 0)
	fmt.Println(wrong, uintptr(err.(syscall.Errno)))
	signal.Reset()
	event.Call(0, 0)
	select {}
}

func stuck() {
	event, _, _ := kernel32.NewProc("CreateEventW").Call(0, 1, 0, 0)
	fmt.Println("waiting")
	forEver(syscall.Handle(event))
}

//go:noinline
func forEver(event syscall.Handle) {
	syscall.WaitForSingleObject(event, syscall.INFINITE)
}

func patient() {
	event, _, _ := kernel32.NewProc("CreateEventW").Call(0, 1, 0, 0)
	go func() {
		for range 90 {
			time.Sleep(15 * time.Second)
		}
		time.Sleep(24 * time.Hour)
		kernel32.NewProc("SetEvent").Call(event)
	}()
	forEver(syscall.Handle(event))
	fmt.Println("it came")
}

func line() {
	fmt.Println("ready")
	var word string
	fmt.Scanln(&word)
	fmt.Println(word)
}
