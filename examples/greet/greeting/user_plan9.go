package greeting

// userVariable is set by Plan 9's init and by its rc shell.
const userVariable = "user"
