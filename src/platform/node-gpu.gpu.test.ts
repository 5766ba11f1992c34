import { expect, test } from 'vitest';
import { createNodeGpu } from './node-gpu.ts';

const softwareNames: Readonly<Record<string, RegExp>> = { lavapipe: /llvmpipe/, swiftshader: /SwiftShader/ };

test("uses the driver the caller's environment names", async () => {
  const adapter = await (await createNodeGpu()).requestAdapter();
  const expected = softwareNames[process.env['ADAPTER_NAME'] ?? ''];
  if (expected) expect(adapter!.info.description).toMatch(expected);
  else expect(adapter!.info.isFallbackAdapter).toBe(false);
});
