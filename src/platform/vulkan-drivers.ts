// Where software Vulkan drivers lie on a Linux machine. A driver is chosen by naming its ICD file in VK_ICD_FILENAMES
// (old loaders) and VK_DRIVER_FILES (new ones) before the first Vulkan instance is created.
import { existsSync } from 'node:fs';

export interface VulkanDriver {
  readonly name: string;
  /** Path of the ICD's JSON file. */
  readonly icd: string;
}

/** Fastest first: lavapipe compiles for the CPU's full vector width and has f16; SwiftShader comes with Chromium. */
const known: readonly VulkanDriver[] = [
  { name: 'lavapipe', icd: '/usr/share/vulkan/icd.d/lvp_icd.json' },
  { name: 'lavapipe', icd: '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json' },
  { name: 'lavapipe', icd: '/usr/share/vulkan/icd.d/lvp_icd.aarch64.json' },
  { name: 'swiftshader', icd: '/usr/lib/chromium/vk_swiftshader_icd.json' },
  { name: 'swiftshader', icd: '/usr/lib/chromium-browser/vk_swiftshader_icd.json' },
  { name: 'swiftshader', icd: '/opt/google/chrome/vk_swiftshader_icd.json' },
];

export function softwareDrivers(): VulkanDriver[] {
  const found: VulkanDriver[] = [];
  for (const driver of known)
    if (existsSync(driver.icd) && !found.some(({ name }) => name === driver.name)) found.push(driver);
  return found;
}

/** The environment that makes the Vulkan loader use this driver and no other. */
export function environmentOf(driver: VulkanDriver): Record<string, string> {
  return { VK_ICD_FILENAMES: driver.icd, VK_DRIVER_FILES: driver.icd };
}
