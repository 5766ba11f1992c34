import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemNetwork } from '../hub/network.ts';
import { httpSource } from './http-source.ts';

const content = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251);
let changed = false;

/** Answers ranges as a file server does. */
const ranged: RequestListener = (request, response) => {
  const [, first, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '')!;
  const end = Math.min(Number(last) + 1, content.length);
  const size = changed ? content.length + 1 : content.length;
  response.writeHead(206, { 'content-range': `bytes ${first}-${end - 1}/${size}` });
  response.end(content.subarray(Number(first), end));
};
const plain =
  (status: number, body: string | Uint8Array, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);

const routes: { readonly [path: string]: RequestListener } = {
  '/a%20model/data.bin': ranged,
  '/a%20model/data.bin?key=1': ranged,
  '/a%20model/whole.bin': plain(200, content),
  '/a%20model/huge.bin': plain(200, content, { 'content-length': String(2 ** 27) }),
  '/a%20model/endless.bin': (_request, response) => {
    const block = Buffer.alloc(2 ** 20);
    const more = () => {
      while (!response.destroyed && response.write(block));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  },
  '/a%20model/page.json': plain(200, '<!doctype html>', { 'content-type': 'text/html; charset=utf-8' }),
  '/a%20model/empty.bin': plain(416, '', { 'content-range': 'bytes */0' }),
  '/a%20model/secret.bin': plain(403, 'no'),
  '/a%20model/broken.bin': plain(503, 'no'),
  '/a%20model/unnamed.bin': plain(206, content.subarray(0, 65_536)),
  '/a%20model/other-range.bin': plain(206, content.subarray(0, 65_536), { 'content-range': 'bytes 5-65540/200000' }),
  '/a%20model/short.bin': plain(206, content.subarray(0, 100), { 'content-range': 'bytes 0-65535/200000' }),
  '/a%20model/torn.bin': (_request, response) => {
    response.writeHead(206, { 'content-range': 'bytes 0-65535/200000', 'content-length': '65536' });
    response.write(content.subarray(0, 100), () => response.destroy());
  },
};

/** Waits in no time. */
const impatient = { ...systemNetwork(), wait: () => Promise.resolve() };

describe('httpSource', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => (routes[request.url!] ?? plain(404, 'no'))(request, response));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a model`;
  });
  afterAll(() => new Promise((done) => server.close(done)));

  const open = (name: string) => httpSource(url, impatient).open(name);

  it('reads ranges, from the first request and from later ones', async () => {
    const file = (await open('data.bin'))!;
    expect(file.size).toBe(content.length);
    expect(await file.read(3, 9)).toEqual(content.slice(3, 9));
    expect(await file.read(65_000, 70_000)).toEqual(content.slice(65_000, 70_000));
    expect(await file.read(199_990, 200_000)).toEqual(content.slice(199_990));
    expect(await file.read(200_000, 200_000)).toHaveLength(0);
    await expect(file.read(0, 200_001)).rejects.toThrow(/data\.bin has 200000 bytes/);
  });
  it('is named after its folder and keeps the query of the address', async () => {
    expect(httpSource(url).name).toBe('a model');
    expect((await httpSource(`${url}/?key=1`).open('data.bin'))?.size).toBe(content.length);
  });
  it('takes a small file as a whole from a server without ranges', async () => {
    expect(await (await open('whole.bin'))!.read(10, 20)).toEqual(content.slice(10, 20));
  });
  it('opens an empty file', async () => expect((await open('empty.bin'))?.size).toBe(0));
  it('is null for a missing file, and for a page in its place', async () => {
    expect(await open('missing.bin')).toBeNull();
    expect(await open('page.json')).toBeNull();
  });
  it('notices that a file changed', async () => {
    const file = (await open('data.bin'))!;
    changed = true;
    await expect(file.read(70_000, 70_010)).rejects.toThrow(/data\.bin changed while it was being read/);
    changed = false;
  });
  it.each([
    ['huge.bin', /only as a whole, and it is larger than 64 MB/],
    ['endless.bin', /only as a whole, and it is larger than 64 MB/],
    ['secret.bin', /answers 403 Forbidden for http.*secret\.bin\. Access is refused/],
    ['broken.bin', /answers 503 Service Unavailable for http.*broken\.bin/],
    ['unnamed.bin', /with no Content-Range header/],
    ['other-range.bin', /with Content-Range "bytes 5-65540\/200000"/],
    ['short.bin', /bytes 0 to 65536 were asked for \(65536 bytes\), but 100 arrived/],
    ['torn.bin', /torn\.bin cannot be fetched/],
  ])('refuses %s in a sentence', async (name, sentence) => {
    await expect(open(name)).rejects.toMatchObject({ name: 'SourceError', message: expect.stringMatching(sentence) });
  });
  it('says that a server cannot be reached', async () => {
    await expect(httpSource('http://127.0.0.1:1/m', impatient).open('config.json')).rejects.toThrow(
      /http:\/\/127\.0\.0\.1:1\/m\/config\.json cannot be fetched\. Check the address/,
    );
  });
  it('stops when it is cancelled', async () => {
    const cancelled = httpSource(url).open('data.bin', AbortSignal.abort());
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
  });
});
