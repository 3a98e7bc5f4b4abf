import { create } from 'zustand';
import { type ProblemData, toProblemData } from '../../core/problems/problem.ts';
import type { Imported, MediaItem } from '../../core/studio/api.ts';
import { state } from '../state/state.ts';

/** The sample media of the pipeline's folder, as last heard. */
interface Library {
  readonly session: string | null;
  readonly items: readonly MediaItem[];
  readonly problem: ProblemData | null;
  readonly loaded: boolean;
}

export const useLibrary = create<Library>()(() => ({ session: null, items: [], problem: null, loaded: false }));

let underWay: string | null = null;
let again = false;

/** Asks for the library anew; while one answer is awaited the next question waits. */
export async function loadLibrary(): Promise<void> {
  const { session, api } = state();
  if (session === null) return;
  if (underWay === session.id) {
    again = true;
    return;
  }
  if (useLibrary.getState().session !== session.id)
    useLibrary.setState({ session: session.id, items: [], problem: null, loaded: false });
  underWay = session.id;
  try {
    const { items } = await api.call('library', { session: session.id });
    if (state().session?.id === session.id) useLibrary.setState({ items, problem: null, loaded: true });
  } catch (error) {
    if (state().session?.id === session.id)
      useLibrary.setState({ problem: toProblemData(error, 'internal'), loaded: true });
  } finally {
    underWay = null;
    if (again) {
      again = false;
      void loadLibrary();
    }
  }
}

/** Keeps the library fresh while something shows it. */
export function followLibrary(): () => void {
  void loadLibrary();
  return state().api.listen((event) => {
    if (event.event === 'libraryChanged' && event.session === state().session?.id) void loadLibrary();
  });
}

/** Puts files that were dropped or chosen into the pipeline's folder; resolves with what each became, in order. */
export async function uploadFiles(
  files: readonly File[],
  told: (done: number, of: number, name: string) => void = () => undefined,
): Promise<readonly Imported[]> {
  const { session, api } = state();
  if (session === null) return [];
  const became: Imported[] = [];
  for (const [i, file] of files.entries()) {
    told(i, files.length, file.name);
    became.push(await api.upload(session.id, file.name, file));
  }
  void loadLibrary();
  return became;
}

/** The path from the pipeline's folder of a file of this machine; one from elsewhere is copied into the folder. */
export async function bringIn(path: string): Promise<string> {
  const { session, api } = state();
  if (session === null) return path;
  const inside = pathInside(session.folder, path);
  if (inside !== null) return inside;
  const imported = await api.call('importFile', { session: session.id, path });
  void loadLibrary();
  return imported.path;
}

/** `media/a.png` for a file under the folder, with forward slashes; null for one that is not. */
export function pathInside(folder: string, path: string): string | null {
  const plain = (text: string): string => text.replaceAll('\\', '/').replace(/\/+$/, '');
  const [base, whole] = [plain(folder), plain(path)];
  if (!whole.startsWith(`${base}/`)) return null;
  const inside = whole.slice(base.length + 1);
  return inside.split('/').includes('..') ? null : inside;
}
