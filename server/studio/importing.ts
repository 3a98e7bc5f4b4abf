import path from 'node:path';
import type { Json } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { Imported } from '../../core/studio/api.ts';
import { copyNew } from '../../host/files/copyNew.ts';
import { documentSuffix } from '../../host/files/documentFile.ts';
import { type FileIdentity, identifyFile } from '../../host/files/identify.ts';
import { readModelFile } from '../../host/files/modelFile.ts';
import { dropReceived, readStream, receiveFile, settleFile } from '../../host/files/receiveFile.ts';
import type { BackEnd } from './backEnd.ts';
import { ownFolderOf } from './carrying.ts';
import { mediaFolder, modelsFolder } from './mediaFiles.ts';
import { inTurn, type Session } from './sessions.ts';
import { newId } from './statePaths.ts';

/** Puts a stream into the pipeline's folder, where its content says that it belongs. Nothing there is replaced. */
export async function takeUpload(
  back: BackEnd,
  session: Session,
  name: string,
  body: AsyncIterable<Uint8Array>,
): Promise<Imported> {
  return take(back, session, name, body, null);
}

/** Copies a file of this machine into the pipeline's folder; a pipeline is left where it is, to be opened there. */
export async function importFile(back: BackEnd, session: Session, named: string): Promise<Imported> {
  if (!path.isAbsolute(named)) {
    throw new Problem('usage', {
      message: `"${named.slice(0, 200)}" is not the full path of a file.`,
      fix: 'Name the file from the root on.',
    });
  }
  const file = path.resolve(named);
  const body = await readStream(file, back.limits.mediaFileBytes);
  return take(back, session, path.basename(file), body, file);
}

async function take(
  back: BackEnd,
  session: Session,
  name: string,
  body: AsyncIterable<Uint8Array>,
  from: string | null,
): Promise<Imported> {
  const folder = await ownFolderOf(back, session);
  const received = await receiveFile(folder, name, body, back.limits.mediaFileBytes);
  const { sha256 } = received;
  let identity: FileIdentity;
  try {
    identity = await identifyFile(received.file, name, received.head);
  } catch (error) {
    await dropReceived(received);
    throw error;
  }
  if (identity === 'document') {
    // A pipeline is opened, not put into another one's folder.
    if (from !== null) {
      await dropReceived(received);
      return { path: from, name: path.basename(from), sha256, role: 'document', node: null };
    }
    const own = path.join(back.state.untitled, newId());
    const ended = name.endsWith(documentSuffix)
      ? name
      : `${name.replace(/(\.tributary)?(\.json)?$/, '')}${documentSuffix}`;
    const settled = await settleFile(received, own, ended);
    return { path: path.join(own, settled), name: settled, sha256, role: 'document', node: null };
  }
  const place = isForModels(identity, name) ? modelsFolder : mediaFolder;
  const settled = await inTurn(session, () => settleFile(received, path.join(folder, place), endedFor(identity, name)));
  const relative = `${place}/${settled}`;
  if (identity === 'model' && from !== null) await bringExternalData(from, path.join(folder, relative));
  if (place === mediaFolder) back.emit({ event: 'libraryChanged', session: session.id });
  return { path: relative, name: settled, sha256, role: roleOf(identity), node: nodeFor(identity, relative) };
}

function isForModels(identity: FileIdentity, name: string): boolean {
  return (
    identity === 'model' ||
    identity === 'labels' ||
    identity === 'tokenizer' ||
    (identity === 'other' && /\.(onnx[._]data|data|bin|weights)$/i.test(name))
  );
}

/** A model whose name does not say so could not be named by a node's file dialog. */
function endedFor(identity: FileIdentity, name: string): string {
  return identity === 'model' && !/\.onnx$/i.test(name) ? `${name}.onnx` : name;
}

async function bringExternalData(from: string, to: string): Promise<void> {
  const { model } = await readModelFile(from, path.basename(from));
  for (const data of model.externalData) {
    // What leads out of the model's folder is refused when the model is opened; it is not fetched here either.
    if (path.isAbsolute(data) || data.split(/[\\/]/).includes('..')) continue;
    await copyNew(path.join(path.dirname(from), data), path.join(path.dirname(to), data));
  }
}

function roleOf(identity: FileIdentity): Imported['role'] {
  return identity === 'tensor' || identity === 'json' ? 'other' : identity;
}

/** The node that takes it, set up. */
function nodeFor(identity: FileIdentity, file: string): Imported['node'] {
  const set = (type: string, params: Readonly<Record<string, Json>>): Imported['node'] => ({ type, params });
  switch (identity) {
    case 'image':
    case 'audio':
    case 'video':
    case 'text':
    case 'tensor':
    case 'json':
      return set(`input.${identity}`, { file });
    case 'model':
      return set('model.onnx', { model: file });
    case 'tokenizer':
      return set('text.tokenise', { tokenizer: file });
    case 'labels':
      return set('result.labels', { labels: file });
    case 'document':
    case 'other':
      return null;
  }
}
