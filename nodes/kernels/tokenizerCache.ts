import { Problem } from '../../core/problems/problem.ts';
import { type LoadedTokenizer, loadTokenizer } from './tokenizer.ts';
import { textOfUtf8 } from './utf8.ts';

/** Loaded tokenizers by the sha256 of their file, least recently used first. */
const loaded = new Map<string, LoadedTokenizer>();
const most = 8;

/**
 * The tokenizer of a file whose sha256 `check` has seen (empty: not known). The content decides, not the path: a file
 * that was changed since is refused with `model-changed`.
 */
export async function tokenizerFor(
  path: string,
  sha256: string,
  read: () => Promise<Uint8Array>,
): Promise<LoadedTokenizer> {
  const known = sha256 === '' ? undefined : loaded.get(sha256);
  if (known !== undefined) return keep(sha256, known);
  const bytes = Uint8Array.from(await read());
  const digest = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  if (sha256 !== '' && digest !== sha256)
    throw new Problem('model-changed', {
      message: `"${path}" is not the file that was checked: its sha256 is ${digest}, and ${sha256} was seen before.`,
      fix: 'Restore the tokenizer that belongs to the model, or check the pipeline again.',
      where: { file: path },
    });
  return keep(digest, loaded.get(digest) ?? loadTokenizer(textOfUtf8(bytes, path), path));
}

function keep(key: string, tokenizer: LoadedTokenizer): LoadedTokenizer {
  loaded.delete(key);
  loaded.set(key, tokenizer);
  for (const oldest of loaded.keys()) {
    if (loaded.size <= most) break;
    loaded.delete(oldest);
  }
  return tokenizer;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
