/** The browser's word that there is no network is kept from Socket.IO, which would end the live connection at once. */

// This machine is reached without a network, and the connection to another one often outlives a few seconds; one that is really gone
// answers no ping.
addEventListener("offline", (event) => event.stopImmediatePropagation());
