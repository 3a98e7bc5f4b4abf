import { FilePenLine, FileX, Workflow, X } from 'lucide-react';
import type { RecentFile } from '../../core/studio/api.ts';
import { baseName, fromHome } from '../shell/paths.ts';
import { agoText, dateText } from '../shell/words.ts';
import { openDocument } from '../state/sessions.ts';
import { useStudio } from '../state/state.ts';
import { isUntitled, splitRecent } from './recent.ts';
import { forget, useWelcome } from './welcomeData.ts';

/** Work that was never saved, and files opened before; those that are gone can be taken from the list. */
export function RecentFiles() {
  const recent = useWelcome((s) => s.recent);
  const { untitled, files } = splitRecent(recent ?? []);
  return (
    <>
      {untitled.length > 0 && <FileList title="Not saved yet" files={untitled} />}
      <FileList title="Recent" files={files}>
        {recent !== null && files.length === 0 && (
          <p className="rail-none quiet">Pipelines that you save or open are listed here.</p>
        )}
      </FileList>
    </>
  );
}

function FileList({
  title,
  files,
  children,
}: {
  readonly title: string;
  readonly files: readonly RecentFile[];
  readonly children?: React.ReactNode;
}) {
  return (
    <section className="rail-section">
      <h2>{title}</h2>
      {children}
      {files.length > 0 && (
        <ul className="recent">
          {files.map((file) => (
            <FileRow key={file.path} file={file} />
          ))}
        </ul>
      )}
    </section>
  );
}

function FileRow({ file }: { readonly file: RecentFile }) {
  const home = useStudio((s) => s.about?.home);
  const untitled = isUntitled(file);
  const name = untitled ? file.name.replace(/ \(not saved\)$/, '') : baseName(file.path);
  const Sign = !file.present ? FileX : untitled ? FilePenLine : Workflow;
  const place = !file.present
    ? 'No longer there'
    : untitled
      ? 'Kept from before, with undo'
      : fromHome(file.folder, home);
  return (
    <li className={file.present ? 'recent-row' : 'recent-row gone'}>
      <button
        type="button"
        className="recent-open"
        disabled={!file.present}
        title={untitled ? undefined : file.path}
        onClick={() => void openDocument(file.path)}
      >
        <Sign size={16} aria-hidden="true" />
        <span className="recent-name">{name}</span>
        <time className="recent-time" dateTime={new Date(file.openedAt).toISOString()} title={dateText(file.openedAt)}>
          {agoText(file.openedAt, Date.now())}
        </time>
        <span className="recent-folder">{place}</span>
      </button>
      {!untitled && (
        <button
          type="button"
          className="icon-button small recent-forget"
          aria-label={`Take ${name} from the list`}
          title="Take from the list"
          onClick={() => void forget(file.path)}
        >
          <X size={14} aria-hidden="true" />
        </button>
      )}
    </li>
  );
}
