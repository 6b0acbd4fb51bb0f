// fastcgi.mjs: a FastCGI client for tests, able to send what no web server would.
import net from 'node:net';

export const BEGIN = 1, ABORT = 2, PARAMS = 4, STDIN = 5, GET_VALUES = 9;

export function record(type, content = '', { id = 1, padding = 0, version = 1 } = {}) {
	const body = Buffer.from(content);
	const head = Buffer.from([version, type, id >> 8, id & 255, body.length >> 8, body.length & 255, padding, 0]);
	return Buffer.concat([head, body, Buffer.alloc(padding)]);
}

const length = (n) => (n < 128 ? Buffer.from([n]) : Buffer.from([(n >>> 24) | 0x80, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]));

export function pairs(params) {
	return Buffer.concat(Object.entries(params).flatMap(([name, value]) => {
		const n = Buffer.from(name), v = Buffer.from(value);
		return [length(n.length), length(v.length), n, v];
	}));
}

// A stream of records with at most `size` bytes of content each, and its empty end.
export function stream(type, content, { size = 65535, ...options } = {}) {
	const bytes = Buffer.from(content), out = [];
	for (let at = 0; at < bytes.length; at += size) out.push(record(type, bytes.subarray(at, at + size), options));
	out.push(record(type, '', { ...options, padding: 0 }));
	return Buffer.concat(out);
}

export const begin = ({ keep = true, role = 1, id = 1, padding = 0 } = {}) =>
	record(BEGIN, Buffer.from([role >> 8, role & 255, keep ? 1 : 0, 0, 0, 0, 0, 0]), { id, padding });

export const get = (uri, more = {}) => ({
	REQUEST_METHOD: 'GET', REQUEST_URI: uri, QUERY_STRING: uri.split('?')[1] ?? '', SERVER_PROTOCOL: 'HTTP/1.1',
	REMOTE_ADDR: '192.0.2.7', REQUEST_SCHEME: 'http', CONTENT_TYPE: '', CONTENT_LENGTH: '', HTTP_HOST: 'example.org', ...more,
});
export const post = (uri, body, more = {}) =>
	get(uri, { REQUEST_METHOD: 'POST', CONTENT_TYPE: 'application/octet-stream', CONTENT_LENGTH: String(body.length), ...more });

export const head = (params, options = {}) => Buffer.concat([begin(options), stream(PARAMS, pairs(params), options)]);
export const request = (params, body = '', options = {}) =>
	Buffer.concat([head(params, options), stream(STDIN, body, options)]);

export class Connection {
	constructor(address) {
		this.socket = net.connect(address);
		this.parts = [];
		this.have = 0;
		this.waiting = [];
		this.closed = new Promise((resolve) => { this.socket.once('close', () => { this.isClosed = true; this.wake(); resolve(); }); });
		this.socket.on('error', () => {});
		this.socket.on('data', (data) => { this.parts.push(data); this.have += data.length; this.wake(); });
	}
	wake() { for (const f of this.waiting.splice(0)) f(); }
	send(...bytes) { for (const b of bytes) this.socket.write(b); return this; }
	close() { this.socket.destroy(); }
	async bytes(n) {
		while (this.have < n && !this.isClosed) await new Promise((resolve) => this.waiting.push(resolve));
		if (this.have < n) return null;
		let all = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
		this.parts = all.length > n ? [all.subarray(n)] : [];
		this.have -= n;
		return all.subarray(0, n);
	}
	async record() {
		const h = await this.bytes(8);
		if (!h) return null;
		const content = await this.bytes(h.readUInt16BE(4));
		if (h[6]) await this.bytes(h[6]);
		return content && { type: h[1], id: h.readUInt16BE(2), content };
	}
	// The next answer; null when the connection closed without a complete one.
	async answer() {
		const out = [];
		for (;;) {
			const r = await this.record();
			if (!r) return null;
			if (r.type === 6) out.push(r.content);
			if (r.type === 3) return parse(Buffer.concat(out), r);
		}
	}
	get(uri, more, options) { this.send(request(get(uri, more), '', options)); return this.answer(); }
	post(uri, body, more, options) { this.send(request(post(uri, body, more), body, options)); return this.answer(); }
}

export function parse(bytes, end) {
	const at = bytes.indexOf('\r\n\r\n');
	const lines = bytes.subarray(0, at).toString().split('\r\n');
	const headers = Object.fromEntries(lines.map((l) => [l.slice(0, l.indexOf(':')).toLowerCase(), l.slice(l.indexOf(':') + 1).trim()]));
	const body = bytes.subarray(at + 4);
	return {
		status: Number.parseInt(headers.status ?? '200', 10), headers, body, id: end?.id,
		get text() { return body.toString(); },
		get json() { return JSON.parse(body.toString()); },
	};
}

// One request on a fresh connection.
export async function fetch1(address, params, body = '', options = {}) {
	const c = new Connection(address);
	c.send(request(params, body, { keep: false, ...options }));
	try { return await c.answer(); } finally { c.close(); }
}
