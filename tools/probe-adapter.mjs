// Prints what Dawn's default adapter is, as JSON (null without one). A process of its own, because the Vulkan loader
// reads the environment only once.
import { create } from 'webgpu';

// Collecting the instance would abort the process.
globalThis.dawn = create([]);
const adapter = await globalThis.dawn.requestAdapter({ powerPreference: 'high-performance' });
const description =
  adapter === null
    ? null
    : { name: adapter.info.description || adapter.info.device, software: adapter.info.isFallbackAdapter };
process.stdout.write(JSON.stringify(description), () => process.exit(0));
