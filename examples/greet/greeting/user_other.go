//go:build !windows && !plan9

package greeting

// userVariable is what POSIX calls for, in "Other Environment Variables".
const userVariable = "LOGNAME"
