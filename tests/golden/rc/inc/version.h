#pragma once
#ifndef APP_MAJOR
#define APP_MAJOR 3
#endif
#define APP_MINOR 14
#define APP_PATCH 15
#define STR_(x) #x
#define STR(x) STR_(x)
#define APP_VERSION_COMMAS APP_MAJOR,APP_MINOR,APP_PATCH,0
#define APP_VERSION STR(APP_MAJOR) "." STR(APP_MINOR) "." STR(APP_PATCH)

/* What follows is for C and no business of the resource compiler. */
struct version { int major, minor, patch; };
static const char *name = "it's not closed";
