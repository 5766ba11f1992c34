// The app: one page, one worker. Shaders come in as text (`#shaders/x.wgsl?raw`).
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // Relative addresses: the built app runs from any folder of any server.
  base: './',
  build: { target: 'es2023' },
  worker: { format: 'es' },
  // So that the first page of `npm start` does not wait for it.
  server: { warmup: { clientFiles: ['./src/main.tsx', './src/session/worker.ts'] } },
});
