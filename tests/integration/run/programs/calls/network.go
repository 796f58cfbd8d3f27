package main

// network asks only what needs no network: programs start Winsock before they know that they need it.
func network() {
	data := zeros(512)
	start := from("ws2_32", "WSAStartup")
	start.status("2.2", 0x202, data.at())
	start.and("version, highest", data.u16(0), data.u16(2))
	start.status("0.0", 0, data.at())
	start.status("no data", 0x202, 0)
	from("ws2_32", "WSASetLastError").quiet(0)
	from("ws2_32", "WSASetLastError").say("none", "returns")
	from("ws2_32", "WSAGetLastError").count("none")
	from("ws2_32", "ntohl").say("0x12345678", uint32(from("ws2_32", "ntohl").quiet(0x12345678)))
	from("ws2_32", "ntohs").count("0x1234", 0x1234)
	from("ws2_32", "htons").count("0x1234", 0x1234)
	from("ws2_32", "WSACleanup").status("once")
}
