// Run a WASI (preview 1) program with Node's own WASI: node wasi.mjs PROGRAM [ARGUMENT…].
// It sees the files of the host, as a native program does. Node ends with the program's status.

import { readFile } from "node:fs/promises";
import process from "node:process";
import { WASI } from "node:wasi";

const program = process.argv[2];
const wasi = new WASI({
  version: "preview1",
  args: process.argv.slice(2),
  env: process.env,
  preopens: { "/": "/" },
  returnOnExit: false,
});
const module = await WebAssembly.compile(await readFile(program));
wasi.start(await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport }));
