import { readFile } from 'node:fs/promises';
import type { ServerParts } from '../../core/export/bundle/install.ts';
import { ownPath } from '../files/userPath.ts';

/** The server as one file, and what the build tells of the packages in it and beside it. */
export interface BuiltServer {
  readonly code: string;
  readonly parts: ServerParts;
}

let built: Promise<BuiltServer> | null = null;

/** From `dist/bundle`, or made now where Tributary runs from its sources. The same file either way. */
export function builtServer(): Promise<BuiltServer> {
  built ??= import.meta.url.endsWith('.js') ? readBuilt() : makeNow();
  built.catch(() => {
    built = null;
  });
  return built;
}

async function readBuilt(): Promise<BuiltServer> {
  const [code, parts] = await Promise.all(
    ['server.mjs', 'parts.json'].map((name) => readFile(ownPath(`dist/bundle/${name}`), 'utf8')),
  );
  return { code, parts: JSON.parse(parts) };
}

async function makeNow(): Promise<BuiltServer> {
  const maker: { readonly makeServer: (root: string) => Promise<BuiltServer> } = await import(
    /* @vite-ignore */ new URL('../../scripts/serverBundle.mjs', import.meta.url).href
  );
  return maker.makeServer(ownPath(''));
}
