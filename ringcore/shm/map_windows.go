package shm

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// backing is a section object: what Windows maps views of.
type backing struct{ section windows.Handle }

func (b backing) close() error { return windows.CloseHandle(b.section) }

// again makes a second handle of the same section.
func (b backing) again() (backing, error) {
	self := windows.CurrentProcess()
	var h windows.Handle
	if err := windows.DuplicateHandle(self, b.section, self, &h, 0, false, windows.DUPLICATE_SAME_ACCESS); err != nil {
		return backing{}, os.NewSyscallError("DuplicateHandle", err)
	}
	return backing{h}, nil
}

// anonymous makes a section that lies in the paging file. Its size never changes.
func anonymous(l layout) (backing, error) { return section(windows.InvalidHandle, l, true) }

// fileBacking makes a section of f. While it is mapped, Windows lets nobody cut the file.
func fileBacking(f *os.File, l layout, writable bool) (backing, error) {
	return section(windows.Handle(f.Fd()), l, writable)
}

func section(file windows.Handle, l layout, writable bool) (backing, error) {
	protect := uint32(windows.PAGE_READONLY)
	if writable {
		protect = windows.PAGE_READWRITE
	}
	bytes := uint64(l.stored())
	h, err := windows.CreateFileMapping(file, nil, protect, uint32(bytes>>32), uint32(bytes), nil)
	if err != nil {
		return backing{}, os.NewSyscallError("CreateFileMapping", err)
	}
	return backing{h}, nil
}

// Placeholders came with Windows 10 1803 and Windows Server 2019. Views that do not replace one must begin at multiples of 64 KiB,
// in memory and in the file, which the data area of a small ring does not.
var (
	kernelbase     = windows.NewLazySystemDLL("kernelbase.dll")
	virtualAlloc2  = kernelbase.NewProc("VirtualAlloc2")
	mapViewOfFile3 = kernelbase.NewProc("MapViewOfFile3")
)

const (
	memReservePlaceholder  = 0x00040000 // MEM_RESERVE_PLACEHOLDER
	memReplacePlaceholder  = 0x00004000 // MEM_REPLACE_PLACEHOLDER
	memPreservePlaceholder = 0x00000002 // MEM_PRESERVE_PLACEHOLDER
)

// mapTwice reserves address space as one placeholder, cuts it in two, and lets a view take the place of each part, so that no
// other mapping of this program can come in between.
func (b backing) mapTwice(l layout, writable bool) (unsafe.Pointer, error) {
	if err := errors.Join(virtualAlloc2.Find(), mapViewOfFile3.Find()); err != nil {
		return nil, fmt.Errorf("this Windows can't map memory twice in a row, which needs Windows 10 1803 or Windows Server 2019: %w", err)
	}
	protect := uintptr(windows.PAGE_READONLY)
	if writable {
		protect = windows.PAGE_READWRITE
	}
	whole, _, err := virtualAlloc2.Call(0, 0, l.mapped(), windows.MEM_RESERVE|memReservePlaceholder, windows.PAGE_NOACCESS, 0, 0)
	if whole == 0 {
		return nil, os.NewSyscallError("VirtualAlloc2", err)
	}
	second := whole + l.stored()
	if err := windows.VirtualFree(whole, l.stored(), windows.MEM_RELEASE|memPreservePlaceholder); err != nil {
		return nil, errors.Join(os.NewSyscallError("VirtualFree", err), windows.VirtualFree(whole, 0, windows.MEM_RELEASE))
	}
	if err := b.view(whole, 0, l.stored(), protect); err != nil {
		return nil, errors.Join(err, windows.VirtualFree(whole, 0, windows.MEM_RELEASE), windows.VirtualFree(second, 0, windows.MEM_RELEASE))
	}
	if err := b.view(second, 2*l.page, l.size, protect); err != nil {
		return nil, errors.Join(err, windows.UnmapViewOfFile(whole), windows.VirtualFree(second, 0, windows.MEM_RELEASE))
	}
	return pointer(whole), nil
}

// view lets bytes of the section from offset on take the place of the placeholder at base, which has exactly that size.
func (b backing) view(base, offset, bytes, protect uintptr) error {
	// The offset is a 64-bit parameter, which takes two words where words have 32 bits.
	args := []uintptr{uintptr(b.section), uintptr(windows.CurrentProcess()), base, offset}
	if unsafe.Sizeof(offset) == 4 {
		args = append(args, 0)
	}
	args = append(args, bytes, memReplacePlaceholder, protect, 0, 0)
	if got, _, err := mapViewOfFile3.Call(args...); got == 0 {
		return os.NewSyscallError("MapViewOfFile3", err)
	}
	return nil
}

func unmap(whole unsafe.Pointer, l layout) error {
	return errors.Join(
		os.NewSyscallError("UnmapViewOfFile", windows.UnmapViewOfFile(uintptr(whole))),
		os.NewSyscallError("UnmapViewOfFile", windows.UnmapViewOfFile(uintptr(whole)+l.stored())),
	)
}

// pointer makes a pointer of an address outside Go's heap, which the collector neither moves nor frees.
func pointer(address uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&address)) }
