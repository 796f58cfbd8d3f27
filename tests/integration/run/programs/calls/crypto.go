package main

func crypto() {
	out := zeros(64)
	random := func(c *call, ok bool) {
		c.and("changed", !allZero(out.bytes[:32]), "only what was asked for", allZero(out.bytes[32:]))
		clear(out.bytes)
	}
	prng := from("bcryptprimitives", "ProcessPrng")
	random(prng, prng.yes("32 bytes", out.at(), 32))
	prng.yes("no bytes", out.at(), 0)
	rtl := from("advapi32", "SystemFunction036")
	rtl.label = "32 bytes"
	rtl.say("32 bytes", byte(rtl.quiet(out.at(), 32)))
	random(rtl, true)
	bcrypt := from("bcrypt", "BCryptGenRandom")
	bcrypt.status("system preferred", 0, out.at(), 32, 2)
	random(bcrypt, true)
	bcrypt.status("no algorithm", 0, out.at(), 32, 0)
	bcrypt.status("no buffer", 0, 0, 32, 2)

	acquire, provider := from("advapi32", "CryptAcquireContextW"), zeros(8)
	acquire.yes("verify context", provider.at(), 0, 0, 1, 0xF0000000)
	generate := from("advapi32", "CryptGenRandom")
	random(generate, generate.yes("32 bytes", uintptr(provider.u64(0)), 32, out.at()))
	generate.yes("no provider", 0, 32, out.at())
	release := from("advapi32", "CryptReleaseContext")
	release.yes("provider", uintptr(provider.u64(0)), 0)
	release.yes("no provider", 0, 0)
	acquire.yes("unknown type", provider.at(), 0, 0, 999, 0xF0000000)
	certificates()
}

func allZero(data []byte) bool {
	for _, b := range data {
		if b != 0 {
			return false
		}
	}
	return true
}

func certificates() {
	const inMemory = 2
	open := from("crypt32", "CertOpenStore")
	store := open.handle("in memory", inMemory, 0, 0, 0x2004, 0)
	open.handle("unknown provider", 99, 0, 0, 0, 0)
	enum := from("crypt32", "CertEnumCertificatesInStore")
	enum.handle("of an empty store", store, 0)
	create := from("crypt32", "CertCreateCertificateContext")
	create.handle("of nonsense", 1, ansi("nonsense"), 8)
	shut := from("crypt32", "CertCloseStore")
	shut.yes("in memory", store, 0)
	shut.yes("no store", 0, 0)
}
