import type { Dialog } from '../state/state.ts';
import { Modal } from './Modal.tsx';

/** One question with its choices; Esc gives up. */
export function AskDialog({ ask }: { readonly ask: Extract<Dialog, { readonly dialog: 'ask' }> }) {
  const first = Math.max(
    0,
    ask.choices.findIndex((choice) => choice.primary),
  );
  return (
    <Modal title={ask.title} className="ask" onClose={() => ask.done(null)}>
      <p className="ask-text">{ask.text}</p>
      <div className="actions">
        {ask.choices.map((choice, i) => (
          <button
            key={choice.value}
            type="button"
            className={choice.primary ? 'button primary' : 'button'}
            data-first={i === first || undefined}
            onClick={() => ask.done(choice.value)}
          >
            {choice.label}
          </button>
        ))}
        <button type="button" className="button last" onClick={() => ask.done(null)}>
          Cancel
        </button>
      </div>
    </Modal>
  );
}
