import { Check, CircleX, TriangleAlert, X } from 'lucide-react';
import { type Toast, useStudio } from '../state/state.ts';
import { closeToast } from '../state/toasts.ts';
import { Disconnected } from './Disconnected.tsx';

const signs = { ok: Check, warning: TriangleAlert, error: CircleX } as const;
const words = { ok: 'Done', warning: 'Note', error: 'Problem' } as const;

/** Messages that come and go, and whether the back end is there. */
export function Toasts() {
  const toasts = useStudio((s) => s.toasts);
  return (
    <>
      <Disconnected />
      <section className="toasts" aria-label="Messages">
        <div role="status" aria-live="polite">
          {toasts.map((toast) => toast.tone !== 'error' && <Message key={toast.id} toast={toast} />)}
        </div>
        <div role="alert">
          {toasts.map((toast) => toast.tone === 'error' && <Message key={toast.id} toast={toast} />)}
        </div>
      </section>
    </>
  );
}

function Message({ toast }: { readonly toast: Toast }) {
  const Sign = signs[toast.tone];
  const { action } = toast;
  return (
    <div className={`toast floating ${toast.tone}`}>
      <Sign size={16} aria-hidden="true" />
      <div className="toast-text">
        <p>
          <span className="spoken">{words[toast.tone]}: </span>
          {toast.text}
        </p>
        {toast.fix !== undefined && toast.fix !== '' && <p className="toast-fix">{toast.fix}</p>}
        {action !== undefined && (
          <button
            type="button"
            className="button"
            onClick={() => {
              closeToast(toast.id);
              action.run();
            }}
          >
            {action.label}
          </button>
        )}
      </div>
      <button
        type="button"
        className="icon-button small"
        aria-label="Close this message"
        title="Close"
        onClick={() => closeToast(toast.id)}
      >
        <X size={14} aria-hidden="true" />
      </button>
    </div>
  );
}
