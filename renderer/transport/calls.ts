import { Problem, problemFrom } from '../../core/problems/problem.ts';
import type { StudioAnswer, StudioArgs, StudioMethod, StudioResults } from '../../core/studio/api.ts';

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (problem: Problem) => void;
  readonly text: string;
  sent: boolean;
}

/** Matches answers with calls. Calls made while there is no connection wait for one. */
export class Calls {
  readonly #send: (text: string) => void;
  readonly #pending = new Map<number, Pending>();
  /** Not from 1: on the desktop an answer to the page before a reload may still arrive. */
  #next = Date.now() * 1000;
  #open = false;

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  call<M extends StudioMethod>(method: M, args: StudioArgs<M>): Promise<StudioResults[M]> {
    const id = this.#next++;
    const text = JSON.stringify({ id, method, args });
    return new Promise<StudioResults[M]>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, text, sent: this.#open });
      if (this.#open) this.#send(text);
    });
  }

  reopen(): void {
    this.#open = true;
    for (const call of this.#pending.values()) {
      if (call.sent) continue;
      call.sent = true;
      this.#send(call.text);
    }
  }

  /** The connection went: what was under way has no answer any more, and may or may not have been done. */
  lost(): void {
    this.#open = false;
    for (const [id, call] of this.#pending) {
      if (!call.sent) continue;
      this.#pending.delete(id);
      call.reject(
        new Problem('connection-lost', {
          message: 'The connection to the back end was lost before it answered.',
          fix: 'The studio connects again by itself; then do it again.',
        }),
      );
    }
  }

  answered(answer: StudioAnswer): void {
    const call = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (answer.ok) call?.resolve(answer.result as never);
    else call?.reject(problemFrom(answer.problem));
  }
}
