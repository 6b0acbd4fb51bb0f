// free_port.mjs: ports of 127.0.0.1 for the servers that tests and the bench start.
import net from 'node:net';

const listening = (address) => new Promise((resolve) => {
	const server = net.createServer().unref();
	server.once('error', () => resolve(null));
	server.listen(address, () => resolve(server));
});

// A port of 127.0.0.1 that no other test takes while this process lives, and no outgoing connection
// ever: it lies below the range that the kernel gives to those. The claim is a socket in the abstract
// namespace, which goes with the process.
export async function freePort() {
	for (let tries = 0; tries < 1000; tries++) {
		const port = 10240 + Math.floor(Math.random() * 20000);
		const claim = await listening(`\0platen-port-${port}`);
		const probe = claim && await listening({ host: '127.0.0.1', port });
		if (probe) return new Promise((resolve) => { probe.close(() => resolve(port)); });
		claim?.close();
	}
	throw new Error('no port of 127.0.0.1 is free between 10240 and 30240');
}
