import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Set by the build of a bundle's server, which has the module inside. */
declare const TRIBUTARY_ONE_FILE: boolean | undefined;

/** Part of Node, but of none of its types. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object> };

/** libjpeg-turbo with TurboJPEG's interface, as a package has compiled it to WebAssembly; threads may share it. */
export async function turboModule(): Promise<object> {
  return WebAssembly.compile(await moduleBytes());
}

async function moduleBytes(): Promise<Uint8Array> {
  if (typeof TRIBUTARY_ONE_FILE !== 'undefined') {
    const inside = await import('@cwasm/jpeg-turbo/jpeg-turbo.wasm');
    return inside.default;
  }
  return readFile(createRequire(import.meta.url).resolve('@cwasm/jpeg-turbo/jpeg-turbo.wasm'));
}
