// `npm start`: installs what is missing and serves the app on localhost.
import { installPackages, root } from './install.mjs';

installPackages();
const { createServer } = await import('vite');
// 5173 or the next free port.
const server = await createServer({ root, server: { port: 5173, strictPort: false, host: 'localhost' } });
await server.listen();
console.log(`attnlrp-webgpu runs at ${server.resolvedUrls.local[0]} (open it in Chrome; Ctrl-C stops)`);
