package greeting

// userVariable is set by Windows for every session.
const userVariable = "USERNAME"
