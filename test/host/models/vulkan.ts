import { existsSync } from 'node:fs';

/** Where browsers keep the description of the software Vulkan driver that they bring (SwiftShader). */
const usual = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
  '/opt/microsoft/msedge/vk_swiftshader_icd.json',
];

/** A driver file for WebGPU without a GPU: named by VK_DRIVER_FILES or VK_ICD_FILENAMES, or a browser's; null if none. */
export function softwareVulkan(): string | null {
  const named = [process.env['VK_DRIVER_FILES'], process.env['VK_ICD_FILENAMES']].flatMap((v) => v?.split(':') ?? []);
  return [...named, ...usual].find((file) => file !== '' && existsSync(file)) ?? null;
}
