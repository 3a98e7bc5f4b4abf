import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Set by the build of a bundle's server, which has the module inside. */
declare const TRIBUTARY_ONE_FILE: boolean | undefined;

/** libjpeg-turbo as a package has compiled it to WebAssembly. */
export async function turboModule(): Promise<Uint8Array> {
  if (typeof TRIBUTARY_ONE_FILE !== 'undefined') {
    const inside = await import('@cwasm/jpeg-turbo/jpeg-turbo.wasm');
    return inside.default;
  }
  return readFile(createRequire(import.meta.url).resolve('@cwasm/jpeg-turbo/jpeg-turbo.wasm'));
}
