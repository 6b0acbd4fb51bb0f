// free_port.mjs: ports of 127.0.0.1 for the servers that tests and the bench start.
import net from 'node:net';

const listening = (address) => new Promise((resolve) => {
	const server = net.createServer().unref();
	server.once('error', () => resolve(null));
	server.listen(address, () => resolve(server));
});

// A port of 127.0.0.1 that no other test takes while this process lives, and no outgoing connection
// ever: it lies below the range that the kernel gives to those. The claim is a socket that listens at
// another address, where nobody else does.
const FIRST = 10240, COUNT = 20000, CLAIMED_AT = '127.0.0.2';

export async function freePort() {
	for (let tries = 0; tries < 1000; tries++) {
		const port = FIRST + Math.floor(Math.random() * COUNT);
		const claim = await listening({ host: CLAIMED_AT, port: port + COUNT });
		const probe = claim && await listening({ host: '127.0.0.1', port });
		if (probe) return new Promise((resolve) => { probe.close(() => resolve(port)); });
		claim?.close();
	}
	throw new Error(`no port of 127.0.0.1 is free from ${FIRST} on`);
}
